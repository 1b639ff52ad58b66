import { SystemClock } from '../../../src/core/clock';
import type { Image, ImageRef } from '../../../src/core/image';
import { tagFromName } from '../../../src/core/tag';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { testDatabase } from '../../support/database';
import { storedImage } from '../../support/images';
import { stampAt, tagChange, TagVerbs } from '../../support/tag-verbs';
import { statementsOf } from '../../support/recorded-statements';

const given = testDatabase();
const clock = new SystemClock();
const store = (): PostgresImageStore => new PostgresImageStore(given().database);

const anImage = (...tags: string[]): Promise<ImageRef> => storedImage(given().database, {}, ...tags);

const names = (image: Image | undefined): string[] | undefined => image?.tags.map(({ name }) => name);

test('a change gives the image as it is then, tags in the order of code points', async () => {
  const image = await anImage('a', 'b');
  const wanted = ['\u{1f600}', '\ufb01', 'b', 'Z'];
  const changed = await store().change(image, stampAt(), () => ({
    name: 'another',
    tags: wanted.map(tagFromName),
  }));
  expect(changed).toEqual(await store().get(image));
  expect([changed?.name, names(changed), changed?.tagRevision]).toEqual([
    'another',
    ['Z', 'b', '\ufb01', '\u{1f600}'],
    2,
  ]);
  const renamed = await store().change(image, stampAt(), () => ({ name: null }));
  expect(renamed).toEqual(await store().get(image));
  expect([renamed?.name, names(renamed), renamed?.tagRevision]).toEqual([null, names(changed), 2]);
});

test('a change that moves the image takes its tags along', async () => {
  const image = await anImage('a');
  const moved = await store().change(image, stampAt(), () => ({
    projectId: 'q',
    tags: [tagFromName('b')],
  }));
  expect([moved?.projectId, names(moved)]).toEqual(['q', ['b']]);
  expect(await store().get(image)).toBeUndefined();
});

test('of changes at once none is lost, also with a clock that stands still', async () => {
  const image = await anImage();
  const at = clock.now();
  const one = (index: number): Promise<Image | undefined> =>
    store().change(image, stampAt(at), ({ properties }) => ({
      properties: new Map([...properties, [`p${String(index)}`, 'x']]),
    }));
  const tags = new PostgresTagStore(given().database);
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0
        ? tags.change([tagChange(image, { put: [tagFromName(`t${String(index)}`)], at })])
        : one(index),
    ),
  );
  const found = await store().get(image);
  expect([found?.properties.size, found?.tags.length]).toEqual([30, 10]);
});

test('a change that a tag overtakes is decided anew', async () => {
  const image = await anImage('a');
  const seen: (string[] | undefined)[] = [];
  const changed = await store().change(image, stampAt(), (now) => {
    seen.push(names(now));
    return { tags: [...now.tags, tagFromName('c')] };
  });
  expect(names(changed)).toEqual(['a', 'c']);
  expect(seen).toEqual([['a']]);

  let adding: Promise<unknown> | undefined;
  await store().change(image, stampAt(), (now) => {
    // Somebody else's tag is on its way by the time that this change is sent.
    adding ??= new TagVerbs(new PostgresTagStore(given().database)).add(image, tagFromName('d'));
    return { tags: [...now.tags.filter(({ name }) => name !== 'e'), tagFromName('e')] };
  });
  await adding;
  expect(names(await store().get(image))).toEqual(['a', 'c', 'd', 'e']);
});

test('the largest list of tags is read and replaced in one statement each', async () => {
  const image = await anImage();
  const row = {
    ...(
      await given().database.query({ text: 'select *, 1 as n from images where id = $1' }, [image.imageId])
    )[0],
  };
  const tags = Array.from({ length: 128 }, (_, index) => tagFromName(`key${String(index)}=value`));
  const sent = await statementsOf(
    (database) => new PostgresImageStore(database).change(image, stampAt(), () => ({ tags })),
    [{ ...row, tags: [], ordinal: 1, verdict: 'allowed', done: true }],
  );
  expect(sent).toHaveLength(2);
});
