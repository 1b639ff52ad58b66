import type { ChangedBy } from '../../../src/core/caller';
import type { ImageRef } from '../../../src/core/image';
import { tagFromName, tagNames } from '../../../src/core/tag';
import type { TagChange } from '../../../src/core/tag-change';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { testDatabase } from '../../support/database';
import { storedImage } from '../../support/images';
import { tagChange } from '../../support/tag-verbs';

/* Unlike changes that one statement carries, against the same ones alone. */
const given = testDatabase();

const someImages = (count: number, ...tags: string[]): Promise<ImageRef[]> =>
  Promise.all(Array.from({ length: count }, () => storedImage(given().database, {}, ...tags)));

/** Newest last, without the first. */
async function laterChanges(image: ImageRef): Promise<unknown[]> {
  const found = await new PostgresHistoryStore(given().database).ofImage(image, 10, null);
  const [, ...later] = [...found].reverse();
  return later.map(({ revision, by, added, tags }) => [revision, by.dialect, added, tags]);
}

describe.each(['one statement a change', 'changes batched'])('%s:', (form) => {
  let sizes: number[] = [];
  let store: PostgresTagStore;
  beforeAll(() => {
    const observe: ConstructorParameters<typeof PostgresTagStore>[1] = (seen) => {
      if (seen.kind === 'database-batch') sizes.push(seen.size);
    };
    store = new PostgresTagStore(given().database, form === 'changes batched' ? observe : null);
  });

  async function changeAll(
    images: readonly ImageRef[],
    named: (n: number) => Partial<TagChange>,
  ): Promise<string[]> {
    sizes = [];
    const outcomes = await Promise.all(images.map((image, n) => store.change([tagChange(image, named(n))])));
    if (form === 'changes batched') expect(sizes).toEqual([images.length]);
    return outcomes.map(([outcome]) => outcome?.kind ?? 'none');
  }

  test('those that a build without history has changed say so first, and hold up none beside them', async () => {
    const images = await someImages(6, 'a');
    const [gaps, others] = [images.slice(0, 3), images.slice(3)];
    const ids = gaps.map(({ imageId }) => imageId);
    const older = { text: 'update images set tag_revision = tag_revision + 1 where id = any($1)' };
    await given().database.query(older, [ids]);
    const outcomes = await changeAll(images, () => ({ put: [tagFromName('b')] }));
    expect(outcomes).toEqual(images.map(() => 'done'));
    const unknown = [2, 'unrecorded', [], ['a']];
    const known = (revision: number) => [revision, 'test', ['b'], ['a', 'b']];
    const found = await Promise.all(images.map(laterChanges));
    expect(found).toEqual([...gaps.map(() => [unknown, known(3)]), ...others.map(() => [known(2)])]);
  });

  test('each change is recorded with its own author and request', async () => {
    const images = await someImages(8);
    const authors = images.map((_, n) => ({
      ...{ userId: `u${String(n % 3)}`, userName: 'n', projectId: n % 2 ? 'p' : null, dialect: 'test' },
      ...{ operation: 'test', requestId: `req-${String(n)}`, accessKey: n % 4 ? null : `key-${String(n)}` },
    }));
    const put = [tagFromName('a')];
    await changeAll(images, (n) => ({ put, by: authors[n] as ChangedBy }));
    const history = new PostgresHistoryStore(given().database);
    const found = await Promise.all(images.map((image) => history.ofImage(image, 1, null)));
    expect(found.map(([change]) => change?.by)).toEqual(authors);
  });

  test('what goes is chosen by text, by key, by pair or altogether, in one statement', async () => {
    const tags = ['a', 'a=', 'a=1', 'a=2', 'b=1'];
    const removals: readonly (readonly [TagChange['remove'], readonly string[]])[] = [
      [[{ name: 'a' }], ['a=', 'a=1', 'a=2', 'b=1']],
      [[{ key: 'a', value: null }], ['b=1']],
      [[{ key: 'a', value: '' }], ['a=1', 'a=2', 'b=1']],
      [
        [{ key: 'a', value: '1' }, { name: 'b=1' }],
        ['a', 'a=', 'a=2'],
      ],
      ['all', []],
      [[], tags],
      [[{ name: 'b' }, { key: 'b', value: '2' }], tags],
    ];
    const images = await someImages(removals.length, ...tags);
    await changeAll(images, (n) => ({ remove: removals[n]?.[0] ?? [] }));
    const left = await Promise.all(images.map((image) => store.list(image)));
    expect(left.map((set) => tagNames(set?.tags ?? []))).toEqual(removals.map(([, left]) => left));
  });
});
