import { setTimeout as sleep } from 'node:timers/promises';
import { canContinueFrom } from '../../../src/core/feed';
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
  return { store, feed, work: new HistoryRetention(store, clock, days, failed) };
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

test('a reader who has not seen what is removed is late, and what it removes needs no number', async () => {
  await record(given().database, { project: 'c', image: 'x', revision: 1, at: '2020-01-01Z' });
  const { feed, work } = retention(90);
  const { feedId, last } = await feed.number('c');
  await record(given().database, { project: 'c', image: 'x', revision: 2, at: '2020-01-02Z' });
  await record(given().database, { project: 'c', image: 'x', revision: 3 });
  expect(await work.run()).toBe(2);
  const after = (await feed.heads(['c'])).get('c');
  expect([last, after]).toEqual([1, { feedId, removedTo: 2, last: 2, waiting: true }]);
  const head = await feed.number('c');
  expect([1, 2].map((position) => canContinueFrom({ feedId, position }, head))).toEqual([false, true]);
  expect((await feed.read('c', 2, 10)).map(({ revision, position }) => [revision, position])).toEqual([
    [3, 3],
  ]);
});

test('a reader who has seen all that is removed is not late', async () => {
  await record(given().database, { project: 'f', image: 'x', revision: 1, at: '2020-01-01Z' });
  await record(given().database, { project: 'f', image: 'x', revision: 2 });
  const { feed, work } = retention(90);
  const { feedId } = await feed.number('f');
  expect(await work.run()).toBe(1);
  expect(await feed.number('f')).toMatchObject({ feedId, removedTo: 1, last: 2 });
});

test('what is numbered while it is removed gets there once: no two wait for each other', async () => {
  const count = 3_000;
  await given().database.query(
    {
      text: `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
        dialect, operation) select 'g', 'i' || n, 1, '2020-01-01Z', '{}', '{}', '{}', 'u', 'u', 'seed', 'seed'
        from generate_series(1, $1) n`,
    },
    [count],
  );
  const { feed, store } = retention(90);
  await feed.number('g');
  await given().database.query({ text: `update tag_changes set position = null where project_id = 'g'` }, []);
  let left = count;
  const numbering = (async () => {
    while (left > 0) await feed.number('g');
  })();
  while (left > 0) left -= await store.removeBefore('g', '2021-01-01Z', 250);
  await numbering;
  const head = await feed.number('g');
  expect([left, head.removedTo]).toEqual([0, head.last]);
  expect(await revisionsOf('g')).toEqual([]);
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
