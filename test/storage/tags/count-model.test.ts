import { ignoreObservation } from '../../../src/core/observe';
import { tagFromName } from '../../../src/core/tag';
import { Database } from '../../../src/storage/database/database';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { TagCounts } from '../../../src/storage/tags/tag-counts';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { testDatabase } from '../../support/database';
import { newImage } from '../../support/images';
import { changeAsOlderBuild, removeAsOlderBuild } from '../../support/older-build';
import { Random } from '../../support/random';
import { compared, type Compared, eager } from '../../support/tag-counts';
import { stampAt, tagChange } from '../../support/tag-verbs';

const given = testDatabase();
const random = new Random(20261128);
const names = ['env=a', 'env=b', 'os=x', 'os=y=z', 'plain', 'empty='];
const counted = names.map(tagFromName).filter(({ value }) => value !== '');
const projects = ['p', 'q'];
const ids = Array.from({ length: 12 }, (_, n) => `i${String(n)}`);

const anImage = (): { projectId: string; imageId: string } => ({
  projectId: random.oneOf(projects),
  imageId: random.oneOf(ids),
});
const someTags = (): ReturnType<typeof tagFromName>[] => random.someOf(names).map(tagFromName);
const aTag = (): { projectId: string; key: string; value: string } => {
  const { key, value } = random.oneOf(counted);
  return { projectId: random.oneOf(projects), key, value };
};

/** A gateway, with connections of its own; the last one keeps no history. */
function gateway(isRecorded: boolean) {
  const database = new Database(given().connection, 4, () => undefined);
  const batched = new PostgresTagStore(database, ignoreObservation, isRecorded);
  const single = new PostgresTagStore(database, null, isRecorded);
  const images = new PostgresImageStore(database, null, isRecorded);
  const counts = new TagCounts(database, failed, eager);
  const store = (): PostgresTagStore => random.oneOf([batched, single]);
  return { database, store, images, counts };
}

type Gateway = ReturnType<typeof gateway>;

const failures: unknown[] = [];
function failed(error: unknown): void {
  failures.push(error);
}

type Act = (gateway: Gateway) => Promise<unknown>;

const acts: Readonly<Record<string, Act>> = {
  put: ({ store }) => store().change([tagChange(anImage(), { put: someTags() })]),
  remove: ({ store }) => store().change([tagChange(anImage(), { remove: [{ name: random.oneOf(names) }] })]),
  removeKey: ({ store }) => store().change([tagChange(anImage(), { remove: [{ key: 'env', value: null }] })]),
  set: ({ store }) => store().change([tagChange(anImage(), { remove: 'all', put: someTags() })]),
  several: ({ store }) =>
    store().change(
      random.someOf(ids).map((imageId) => tagChange({ projectId: 'p', imageId }, { put: someTags() })),
    ),
  create: ({ images }) => images.create({ ...newImage(anImage()), tags: someTags() }, stampAt()),
  removeImage: ({ images }) => images.remove(anImage(), stampAt(), () => undefined),
  edit: ({ images }) => images.change(anImage(), stampAt(), () => ({ name: 'n', tags: someTags() })),
  move: ({ images }) => images.change(anImage(), stampAt(), () => ({ projectId: random.oneOf(projects) })),
  count: ({ counts }) => counts.count(aTag()),
  fold: ({ counts }) => {
    counts.changed(random.oneOf(projects));
    return Promise.resolve();
  },
  retention: ({ database }) =>
    new PostgresHistoryStore(database).removeBefore(random.oneOf(projects), '2099-01-01Z', 20),
  rollback: ({ database }) =>
    database
      .transaction(async (client) => {
        await client.query({ text: 'delete from image_tags where project_id = $1' }, ['p']);
        throw new Error('on purpose');
      })
      .catch(() => undefined),
};
const olderActs: Readonly<Record<string, Act>> = {
  olderPut: ({ database }) => changeAsOlderBuild(database, tagChange(anImage(), { put: someTags() })),
  olderSet: ({ database }) =>
    changeAsOlderBuild(database, tagChange(anImage(), { remove: 'all', put: someTags() })),
  olderRemove: ({ database }) => removeAsOlderBuild(database, anImage()),
};

/** Counts and tags in the same snapshots, again and again until `writing` ends. */
async function watch(database: Database, writing: Promise<unknown>): Promise<Compared[]> {
  const state = { isOver: false };
  const over = writing.finally(() => (state.isOver = true));
  const seen: Compared[] = [];
  while (!state.isOver) seen.push(await compared(database, aTag()));
  await over;
  return seen;
}

async function play(
  gateways: readonly Gateway[],
  some: Readonly<Record<string, Act>>,
  times: number,
): Promise<void> {
  const choices = Object.values(some);
  await Promise.all(
    gateways.flatMap((one) =>
      [1, 2, 3].map(async () => {
        for (let n = 0; n < times; n++) await random.oneOf(choices)(one);
      }),
    ),
  );
}

let gateways: readonly Gateway[] = [];
beforeAll(() => (gateways = [gateway(true), gateway(true), gateway(false)]));
afterAll(async () => {
  for (const { database } of gateways) await database.close();
});

async function settled(): Promise<void> {
  for (const { counts } of gateways) await counts.settled();
}

const wrong = (seen: readonly Compared[]): Compared[] => seen.filter(({ images, plain }) => images !== plain);

test('in every snapshot a kept count is that of the tags, whatever three gateways and an older one do at a time', async () => {
  const recorded = gateways.slice(0, 2);
  const phases = [
    { who: recorded, what: acts },
    { who: gateways, what: { ...acts, ...olderActs } },
    { who: gateways, what: acts },
  ];
  for (const { who, what } of phases) {
    const seen = await watch(given().database, play(who, what, 40));
    expect(wrong(seen)).toEqual([]);
    expect(seen.length).toBeGreaterThan(20);
    if (who === recorded) expect(seen.filter(({ kept }) => kept).length).toBeGreaterThan(5);
    await settled();
  }
  expect(failures).toEqual([]);
}, 60_000);

test('at the end every count is kept again, and right', async () => {
  for (const { key, value } of counted) {
    for (const projectId of projects) {
      const tag = { projectId, key, value };
      const right = (await compared(given().database, tag)).plain;
      if (right === 0) continue;
      // The first gives up what an older build has changed, the next one keeps the count.
      for (let n = 0; n < 3; n++) {
        expect(await gateways[0]?.counts.count(tag)).toBe(right);
        await settled();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(await compared(given().database, tag)).toEqual({ images: right, kept: true, plain: right });
    }
  }
});
