import { Unavailable } from '../../../src/core/errors';
import type { ImageRef } from '../../../src/core/image';
import { tagFromName } from '../../../src/core/tag';
import { Database } from '../../../src/storage/database/database';
import { ignoreObservation } from '../../../src/core/observe';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { testDatabase } from '../../support/database';
import { withShippedTimeouts } from '../../support/timeouts';
import { storedImage } from '../../support/images';
import { TagVerbs } from '../../support/tag-verbs';

const given = testDatabase();

const anImage = (...tags: string[]): Promise<ImageRef> =>
  storedImage(given().database, { containerFormat: 'bare', properties: new Map([['os', 'linux']]) }, ...tags);

function batching(database = given().database): { store: PostgresImageStore; single: PostgresImageStore } {
  return {
    store: new PostgresImageStore(database, ignoreObservation),
    single: new PostgresImageStore(database),
  };
}

test('images that are asked for at once are what each of them is alone, and a missing one is missing', async () => {
  const { store, single } = batching();
  const images = await Promise.all([anImage('a', 'k=v'), anImage(), anImage('b')]);
  const asked = Array.from(
    { length: 200 },
    (_, index) => images[index % 4] ?? { projectId: 'p', imageId: 'no' },
  );
  const found = await Promise.all(asked.map((image) => store.get(image)));
  const alone = await Promise.all(asked.slice(0, 4).map((image) => single.get(image)));
  expect(found).toEqual(asked.map((_, index) => alone[index % 4]));
  expect(found[3]).toBeUndefined();
});

test('the same id in another project is another image', async () => {
  const { store } = batching();
  const image = await anImage('a');
  const others = Array.from({ length: 10 }, () => ({ ...image, projectId: 'q' }));
  const found = await Promise.all([image, ...others].map((one) => store.get(one)));
  expect(found.map((one) => one?.projectId)).toEqual(['p', ...others.map(() => undefined)]);
});

test('a read sees every change that was acknowledged before it was asked for', async () => {
  const { store } = batching();
  const tags = new TagVerbs(new PostgresTagStore(given().database));
  const images = await Promise.all(Array.from({ length: 20 }, () => anImage()));
  await Promise.all(
    images.map(async (image, turn) => {
      for (let n = 0; n < 10; n++) {
        await tags.add(image, tagFromName(`t${String(n)}`));
        // Reads that others began keep statements under way all the time.
        void store.get(images[(turn + n) % images.length] ?? image);
        expect((await store.get(image))?.tags).toHaveLength(n + 1);
      }
    }),
  );
});

test('an id that Postgres cannot take fails nobody else', async () => {
  const { store } = batching();
  const image = await anImage('a');
  const asked = [image, image, image, { projectId: 'p', imageId: 'nul\u0000' }, image];
  const outcomes = await Promise.allSettled(asked.map((one) => store.get(one)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  ]);
});

test('when the database is away everybody is told so', async () => {
  const away = new Database('postgres://nobody@127.0.0.1:1/nowhere', 2, () => undefined);
  const { store } = batching(away);
  await withShippedTimeouts(async () => {
    const asked = Array.from({ length: 5 }, () => store.get({ projectId: 'p', imageId: 'x' }));
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) });
    }
  });
  await away.close();
});
