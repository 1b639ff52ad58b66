import { canContinueFrom } from '../../../src/core/feed';
import { Database } from '../../../src/storage/database/database';
import { PostgresFeedStore } from '../../../src/storage/history/feed-store';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { testDatabase } from '../../support/database';
import { record } from '../../support/history-rows';

const given = testDatabase();
const feed = () => new PostgresFeedStore(given().database);
const second = (n: number): string => new Date(Date.UTC(2026, 10, 27) + n * 1000).toISOString();

async function whole(project: string): Promise<string[]> {
  const events = await feed().read(project, 0, 10_000);
  return events.map(
    ({ imageId, revision, position }) => `${String(position)} ${imageId} ${String(revision)}`,
  );
}

test('a feed begins with its first reader, and numbers what is there without a gap', async () => {
  await record(given().database, { project: 'a', image: 'x', revision: 1, at: second(2) });
  await record(given().database, { project: 'a', image: 'y', revision: 1, at: second(1) });
  expect(await feed().heads(['a'])).toEqual(new Map());
  const head = await feed().number('a');
  expect(head).toMatchObject({ removedTo: 0, last: 2 });
  expect(await whole('a')).toEqual(['1 y 1', '2 x 1']);
  const { events, ...place } = head;
  expect(events).toEqual(await feed().read('a', 0, 10));
  expect(await feed().number('a')).toEqual({ ...place, waiting: false });
});

test('an image keeps the order of its revisions, whatever the clocks say', async () => {
  const moments = [5, 3, 9, 1];
  for (const [index, moment] of moments.entries()) {
    await record(given().database, { project: 'b', image: 'x', revision: index + 1, at: second(moment) });
  }
  await record(given().database, { project: 'b', image: 'y', revision: 1, at: second(4) });
  await feed().number('b');
  expect(await whole('b')).toEqual(['1 y 1', '2 x 1', '3 x 2', '4 x 3', '5 x 4']);
});

test('what is committed after a later number gets a number behind it: no reader misses it', async () => {
  const other = new Database(given().connection, 1, () => undefined);
  let commit = (): void => undefined;
  const held = new Promise<void>((resolve) => (commit = resolve));
  let inserted = (): void => undefined;
  const isIn = new Promise<void>((resolve) => (inserted = resolve));
  const slow = other.transaction(async (client) => {
    await record(client, { project: 'c', image: 'slow', revision: 1, at: second(1) });
    inserted();
    await held;
  });
  await isIn;
  await record(given().database, { project: 'c', image: 'quick', revision: 1, at: second(2) });
  expect(await feed().number('c')).toMatchObject({ last: 1 });
  commit();
  await slow;
  expect(await feed().number('c')).toMatchObject({ last: 2 });
  expect(await whole('c')).toEqual(['1 quick 1', '2 slow 1']);
  await other.close();
});

test('several numberers at once give every change one number', async () => {
  const other = new Database(given().connection, 4, () => undefined);
  const [mine, theirs] = [feed(), new PostgresFeedStore(other)];
  const writers = Array.from({ length: 8 }, async (_, image) => {
    for (let revision = 1; revision <= 25; revision++) {
      await record(given().database, { project: 'd', image: `i${String(image)}`, revision });
    }
  });
  let writing = true;
  const numberers = [mine, theirs, mine, theirs].map(async (store) => {
    while (writing) await store.number('d');
  });
  await Promise.all(writers);
  writing = false;
  await Promise.all(numberers);
  expect(await mine.number('d')).toMatchObject({ last: 200 });
  const events = await mine.read('d', 0, 1000);
  expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  for (let image = 0; image < 8; image++) {
    const own = events.filter(({ imageId }) => imageId === `i${String(image)}`);
    expect(own.map(({ revision }) => revision)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
  }
  await other.close();
});

test('who asks for the end while another numbers waits for it: what was committed before is not behind it', async () => {
  const other = new Database(given().connection, 1, () => undefined);
  await feed().number('g');
  for (const revision of [1, 2, 3]) await record(given().database, { project: 'g', image: 'x', revision });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let locked = (): void => undefined;
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const numbering = other.transaction(async (client) => {
    await client.query({ text: 'select 1 from tag_feeds where project_id = $1 for update' }, ['g']);
    locked();
    await held;
  });
  await isLocked;
  const store = feed();
  const asked = [store.number('g'), store.number('g'), store.number('g')];
  await new Promise((resolve) => setTimeout(resolve, 100));
  release();
  await numbering;
  expect((await Promise.all(asked)).map(({ last }) => last)).toEqual([3, 3, 3]);
  await other.close();
});

test('more than one statement numbers are numbered in several', async () => {
  await given().database.query(
    {
      text: `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
        dialect, operation) select 'e', 'x', n, '2026-11-27Z', '{}', '{}', '{}', 'u', 'u', 'seed', 'seed'
        from generate_series(1, 25000) n`,
    },
    [],
  );
  expect(await feed().number('e')).toMatchObject({ last: 25_000 });
  const [last] = await feed().read('e', 24_999, 10);
  expect(last).toMatchObject({ revision: 25_000, position: 25_000 });
});

test('a place is good while everything behind it is there, however old the feed is', async () => {
  for (const revision of [1, 2, 3, 4]) {
    await record(given().database, { project: 'f', image: 'x', revision, at: second(revision) });
  }
  const head = await feed().number('f');
  const at = (position: number, feedId = head.feedId) => ({ feedId, position });
  expect(canContinueFrom(at(0), head)).toBe(true);
  expect(await new PostgresHistoryStore(given().database).removeBefore('f', second(3), 100)).toBe(2);
  const after = await feed().number('f');
  expect([0, 1, 2, 3, 4, 5].map((position) => canContinueFrom(at(position), after))).toEqual([
    false,
    false,
    true,
    true,
    true,
    false,
  ]);
  expect(canContinueFrom(at(3, 'another'), after)).toBe(false);
});
