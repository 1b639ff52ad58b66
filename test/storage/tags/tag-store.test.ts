import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageRef } from '../../../src/core/image';
import type { TagStore } from '../../../src/core/ports';
import { tagFromName } from '../../../src/core/tag';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { ignoreObservation } from '../../../src/core/observe';
import { lockImage } from '../../../src/storage/tags/tag-statements';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { testDatabase } from '../../support/database';
import { storedImage } from '../../support/images';
import { stampAt, TagVerbs } from '../../support/tag-verbs';

const given = testDatabase();
let store: () => TagStore;
const verbs = (): TagVerbs => new TagVerbs(store());

const anImage = (...tags: string[]): Promise<ImageRef> => storedImage(given().database, {}, ...tags);

async function names(image: ImageRef): Promise<string[] | undefined> {
  return (await store().list(image))?.tags.map((tag) => tag.name);
}

async function state(image: ImageRef): Promise<{ revision: number; updatedAt: string }> {
  const found = await new PostgresImageStore(given().database).get(image);
  if (!found) throw new Error('the image is gone');
  return { revision: found.tagRevision, updatedAt: found.updatedAt };
}

async function add(image: ImageRef, name: string, limit = 128): Promise<string> {
  return (await verbs().add(image, tagFromName(name), limit)).kind;
}

describe.each(['one statement a change', 'changes batched'])('%s:', (form) => {
  beforeAll(() => {
    const batching = form === 'changes batched' ? ignoreObservation : null;
    const made = new PostgresTagStore(given().database, batching);
    store = () => made;
  });

  test('adding a tag twice leaves one row and moves updated_at both times', async () => {
    const image = await anImage();
    const before = await state(image);
    expect(await add(image, 'k=v')).toBe('done');
    const between = await state(image);
    expect(await add(image, 'k=v')).toBe('done');
    const after = await state(image);
    expect(await names(image)).toEqual(['k=v']);
    expect([before.updatedAt < between.updatedAt, between.updatedAt < after.updatedAt]).toEqual([true, true]);
    expect([before.revision, between.revision, after.revision]).toEqual([0, 1, 1]);
  });

  test('at the limit a tag that is there is taken and a new one is not, and nothing moves', async () => {
    const image = await anImage('a', 'b');
    expect(await add(image, 'a', 2)).toBe('done');
    const before = await state(image);
    const outcome = await verbs().add(image, tagFromName('c'), 2);
    expect(outcome).toEqual({ kind: 'over-limit', attempted: 3 });
    expect(await state(image)).toEqual(before);
  });

  test('a tag is removed once', async () => {
    const image = await anImage('a', 'b');
    expect(await verbs().remove(image, 'a')).toMatchObject({ kind: 'done' });
    expect(await verbs().remove(image, 'a')).toEqual({ kind: 'tag-missing' });
    expect(await names(image)).toEqual(['b']);
  });

  test('nothing is done to an image that is not there', async () => {
    const image = { projectId: 'p', imageId: randomUUID() };
    expect(await add(image, 'a')).toBe('image-missing');
    expect(await verbs().remove(image, 'a')).toEqual({ kind: 'image-missing' });
    expect(await verbs().removeKey(image, 'a')).toEqual({ kind: 'image-missing' });
    expect(await verbs().removePairs(image, [])).toEqual({ kind: 'image-missing' });
    expect(await verbs().set(image, [], 1)).toEqual({ kind: 'image-missing' });
    expect(await store().list(image)).toBeUndefined();
  });

  test('removing a key removes every text of that key', async () => {
    const image = await anImage('env=a', 'env=b', 'env', 'environment');
    expect(await verbs().removeKey(image, 'env')).toMatchObject({ kind: 'done' });
    expect(await names(image)).toEqual(['environment']);
    expect(await verbs().removeKey(image, 'env')).toEqual({ kind: 'tag-missing' });
  });

  test('removing pairs goes by key where no value is given, else by the pair, and is idempotent', async () => {
    const image = await anImage('a=1', 'a=2', 'b=1', 'b=2', 'c');
    const pairs = [
      { key: 'a', value: null },
      { key: 'b', value: '2' },
      { key: 'c', value: 'other' },
      { key: 'nothing', value: null },
    ];
    expect(await verbs().removePairs(image, pairs)).toMatchObject({ kind: 'done' });
    expect(await names(image)).toEqual(['b=1', 'c']);
    const { revision, updatedAt } = await state(image);
    const again = await verbs().removePairs(image, pairs);
    expect(again).toEqual({ kind: 'done', revision, added: [], removed: [] });
    const after = await state(image);
    expect([after.revision, after.updatedAt > updatedAt]).toEqual([revision, true]);
  });

  test('setting a key replaces all its texts by one', async () => {
    const image = await anImage('env=a', 'env=b', 'x');
    expect(await verbs().set(image, [tagFromName('env=c')], 10)).toMatchObject({ kind: 'done' });
    expect(await names(image)).toEqual(['env=c', 'x']);
  });

  test('setting the pair that "a=" spells leaves the text "a"', async () => {
    const image = await anImage('a=');
    expect(await verbs().set(image, [tagFromName('a')], 10)).toMatchObject({ kind: 'done' });
    expect(await names(image)).toEqual(['a']);
  });

  test('a set beyond the limit does nothing, one that does not grow the image is taken', async () => {
    const image = await anImage('a=1', 'b=1', 'c=1');
    const grown = await verbs().set(image, [tagFromName('a=2'), tagFromName('d=1')], 3);
    expect(grown).toEqual({ kind: 'over-limit', attempted: 4 });
    expect(await names(image)).toEqual(['a=1', 'b=1', 'c=1']);
    expect(await verbs().set(image, [tagFromName('a=2')], 2)).toMatchObject({ kind: 'done' });
    expect(await names(image)).toEqual(['a=2', 'b=1', 'c=1']);
  });

  test('a project lists its distinct pairs, and no other project\u2019s', async () => {
    const projectId = randomUUID();
    const images = new PostgresImageStore(given().database);
    for (const tags of [
      ['k=1', 'z'],
      ['k=1', 'k=2'],
    ]) {
      const image = await anImage(...tags);
      await images.change(image, stampAt(), () => ({ projectId }));
    }
    expect(await store().listProject(projectId)).toEqual([
      { key: 'k', value: '1' },
      { key: 'k', value: '2' },
      { key: 'z', value: '' },
    ]);
    expect(await store().listProject('nobody')).toEqual([]);
  });

  test('of twenty writers of different tags on one image none loses its tag', async () => {
    const image = await anImage();
    const wanted = Array.from({ length: 20 }, (_, i) => `t${String(i).padStart(2, '0')}`);
    expect(await Promise.all(wanted.map((name) => add(image, name)))).toEqual(wanted.map(() => 'done'));
    expect(await names(image)).toEqual(wanted);
    expect((await state(image)).revision).toBe(20);
  });

  test('of twenty removers of one tag exactly one removes it', async () => {
    for (let round = 0; round < 10; round++) {
      const image = await anImage('x');
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => verbs().remove(image, 'x')));
      expect(outcomes.filter((outcome) => outcome.kind === 'done')).toHaveLength(1);
    }
  });

  test('forty racing for eight places fill exactly eight', async () => {
    const image = await anImage(...Array.from({ length: 120 }, (_, i) => `t${String(i)}`));
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, i) => add(image, `new${String(i)}`)));
    expect(outcomes.filter((kind) => kind === 'done')).toHaveLength(8);
    expect(await names(image)).toHaveLength(128);
  });

  test('racing sets of one key leave one text of it', async () => {
    const image = await anImage('k=start');
    const values = Array.from({ length: 20 }, (_, i) => `k=${String(i)}`);
    await Promise.all(values.map((name) => verbs().set(image, [tagFromName(name)], 10)));
    const left = (await names(image)) ?? [];
    expect(left).toHaveLength(1);
    expect(values).toContain(left[0]);
  });

  test('changes of many images at once each get their own answer', async () => {
    const images = await Promise.all(Array.from({ length: 40 }, (_, i) => anImage(...(i % 2 ? ['x'] : []))));
    const gone = { projectId: 'p', imageId: randomUUID() };
    const [added, removed, keys, missing] = await Promise.all([
      Promise.all(images.map((image, i) => add(image, 'x', i % 4 === 0 ? 0 : 1))),
      Promise.all(images.map((image) => verbs().remove(image, 'y'))),
      Promise.all(images.map((image) => verbs().removeKey(image, 'x'))),
      Promise.all([add(gone, 'x'), add(gone, 'x'), verbs().remove(gone, 'x')]),
    ]);
    expect(added).toEqual(images.map((_, i) => (i % 4 === 0 ? 'over-limit' : 'done')));
    expect(new Set(removed.map((outcome) => outcome.kind))).toEqual(new Set(['tag-missing']));
    expect(new Set([...missing.slice(0, 2), 'image-missing'])).toEqual(new Set(['image-missing']));
    expect(missing[2]).toEqual({ kind: 'image-missing' });
    const left = await Promise.all(images.map(names));
    keys.forEach((outcome, i) => {
      if (outcome.kind === 'done') expect([i, left[i]]).toEqual([i, []]);
    });
  });

  test('lists that change many images at once change each by its own', async () => {
    const own = (i: number): string[] => [
      'all=1',
      ...Array.from({ length: i % 5 }, (_, k) => `k${String(k)}=${String(i)}`),
    ];
    const images = await Promise.all(Array.from({ length: 40 }, () => anImage('all=0', 'all', 'other=1')));
    const set = await Promise.all(images.map((image, i) => verbs().set(image, own(i).map(tagFromName), 5)));
    // Two of the three are of the key "all", which the set replaces by one.
    const fits = (i: number): boolean => i % 5 < 4;
    expect(set).toMatchObject(
      images.map((_, i) => (fits(i) ? { kind: 'done' } : { kind: 'over-limit', attempted: 6 })),
    );
    const afterSet = images.map((_, i) =>
      fits(i) ? [...own(i), 'other=1'].sort() : ['all', 'all=0', 'other=1'],
    );
    expect(await Promise.all(images.map(names))).toEqual(afterSet);

    const gone = { projectId: 'p', imageId: randomUUID() };
    const removed = await Promise.all([
      ...images.map((image, i) => {
        const exact = own(i).map((name) => ({ key: tagFromName(name).key, value: String(i) }));
        return verbs().removePairs(image, [...exact, { key: 'other', value: i % 2 ? null : '2' }]);
      }),
      verbs().removePairs(gone, [{ key: 'all', value: null }]),
    ]);
    expect(removed).toMatchObject([...images.map(() => ({ kind: 'done' })), { kind: 'image-missing' }]);
    const left = afterSet.map((tags, i) =>
      tags.filter((name) => !(i % 2 && name === 'other=1') && (i === 1 ? !name.startsWith('all=1') : true)),
    );
    expect(await Promise.all(images.map(names))).toEqual(
      left.map((tags) => tags.filter((name) => !name.startsWith('k'))),
    );
  });

  test('a row that somebody holds delays its own change and no other', async () => {
    const [held, ...others] = await Promise.all(Array.from({ length: 10 }, () => anImage()));
    if (!held) throw new Error('no image');
    let waiting: readonly Promise<string>[] = [];
    await given().database.transaction(async (holder) => {
      await holder.query(lockImage, [held.projectId, held.imageId]);
      waiting = [held, held].map((image, i) => add(image, `late${String(i)}`));
      expect(await Promise.all(others.map((image) => add(image, 'soon')))).toEqual(others.map(() => 'done'));
      expect(await Promise.race([...waiting, sleep(50, 'waits')])).toBe('waits');
    });
    expect(await Promise.all(waiting)).toEqual(['done', 'done']);
  });

  test('a change that the database refuses does not take its companions along', async () => {
    const images = await Promise.all(Array.from({ length: 10 }, () => anImage()));
    const outcomes = await Promise.allSettled(
      images.map((image, i) => add(image, i === 5 ? 'nul\u0000' : `tag${String(i)}`)),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(
      images.map((_, i) => (i === 5 ? 'rejected' : 'fulfilled')),
    );
  });
});
