import { setTimeout as sleep } from 'node:timers/promises';
import { HistoryRetention } from '../../../src/core/history-retention';
import { Database } from '../../../src/storage/database/database';
import { PostgresFeedStore } from '../../../src/storage/history/feed-store';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { testDatabase } from '../../support/database';
import { record } from '../../support/history-rows';

const given = testDatabase();
const clock = { now: () => '2026-11-27T00:00:00.000000Z' };

/** Counts what each statement removes. */
class CountingStore extends PostgresHistoryStore {
  readonly batches: number[] = [];
  override async removeBefore(project: string, at: string, most: number): Promise<number> {
    const removed = await super.removeBefore(project, at, most);
    this.batches.push(removed);
    return removed;
  }
}

function retention(days: number): { store: CountingStore; feed: PostgresFeedStore; work: HistoryRetention } {
  const store = new CountingStore(given().database);
  const feed = new PostgresFeedStore(given().database);
  const failed = (error: unknown): never => {
    throw error;
  };
  return { store, feed, work: new HistoryRetention(store, feed, clock, days, failed) };
}

const revisionsOf = async (project: string): Promise<number[]> =>
  (
    await given().database.query<{ revision: number }>(
      { text: 'select revision from tag_changes where project_id = $1 order by revision' },
      [project],
    )
  ).map(({ revision }) => revision);

test('what is older than its days is removed from every project, in small batches', async () => {
  await given().database.query(
    {
      text: `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
        dialect, operation) select p, 'x', n, timestamptz '2026-11-27Z' - (1300 - n) * interval '1 day', '{}', '{}', '{}',
        'u', 'u', 'seed', 'seed' from generate_series(1, 1300) n, unnest(array['a', 'b']) p`,
    },
    [],
  );
  const { store, work } = retention(90);
  expect(await work.run()).toBe(2 * 1209);
  const pieces = [250, 250, 250, 250, 209, 0];
  expect(store.batches).toEqual([...pieces, ...pieces]);
  const left = Array.from({ length: 91 }, (_, n) => 1210 + n);
  expect([await revisionsOf('a'), await revisionsOf('b')]).toEqual([left, left]);
  expect(await work.run()).toBe(0);
});

test('a reader who has not seen what is removed is late: it has a number first', async () => {
  await record(given().database, { project: 'c', image: 'x', revision: 1, at: '2020-01-01Z' });
  const { feed, work } = retention(90);
  const before = await feed.number('c');
  await record(given().database, { project: 'c', image: 'x', revision: 2, at: '2020-01-02Z' });
  await record(given().database, { project: 'c', image: 'x', revision: 3 });
  expect(await work.run()).toBe(2);
  const head = (await feed.heads(['c'])).get('c');
  expect([before.last, head?.feedId, head?.removedTo, head?.last]).toEqual([1, before.feedId, 2, 3]);
});

test('a project that nobody has watched gets no feed by it', async () => {
  await record(given().database, { project: 'd', image: 'x', revision: 1, at: '2020-01-01Z' });
  const { feed, work } = retention(90);
  await work.run();
  expect([await revisionsOf('d'), await feed.heads(['d'])]).toEqual([[], new Map()]);
});

test('changes that are touched while a piece of them is removed do not end the round', async () => {
  for (const revision of [1, 2, 3]) {
    await record(given().database, { project: 'e', image: 'x', revision, at: '2020-01-01Z' });
  }
  const other = new Database(given().connection, 1, () => undefined);
  let removal: Promise<number> | undefined;
  await other.transaction(async (client) => {
    await client.query({ text: `update tag_changes set uncounted = null where project_id = 'e'` }, []);
    removal = retention(90).work.run();
    await sleep(200);
  });
  expect(await removal).toBe(3);
  expect(await revisionsOf('e')).toEqual([]);
  await other.close();
});
