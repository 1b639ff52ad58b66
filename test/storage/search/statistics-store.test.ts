import type { StatisticsQuery } from '../../../src/core/project-statistics';
import { PostgresStatisticsStore } from '../../../src/storage/search/statistics-store';
import { testDatabase } from '../../support/database';
import { planOf } from '../../support/query-plans';
import { statementsOf } from '../../support/recorded-statements';

const given = testDatabase();
const query = { projectId: 'p1', key: null, since: '2026-11-01', most: 3 } satisfies StatisticsQuery;

const read = (more: Partial<StatisticsQuery> = {}) =>
  new PostgresStatisticsStore(given().database).read({ ...query, ...more });

/** Sixty images for each of forty projects, in one of which nothing is tagged. */
beforeAll(async () => {
  const fill = [
    `insert into image_owners (id, project_id)
      select 'image-' || lpad(i::text, 5, '0'), 'p' || i % 40 from generate_series(0, 2399) as i`,
    `insert into images (project_id, id, name, visibility, status, min_disk, min_ram, protected, os_hidden,
        properties, created_at, updated_at, tag_revision)
      select project_id, id, id, 'shared', 'queued', 0, 0, false, false, '[]',
        timestamptz '2026-10-31 23:59:59Z' + (substr(id, 7)::int / 40 % 3) * interval '1 second', '2026-01-01Z', 0
      from image_owners`,
    `insert into image_tags (project_id, image_id, name, key, value)
      select project_id, id, key || '=' || value, key, value from image_owners,
        lateral (values ('env', 'v' || substr(id, 7)::int / 40 % 2), ('a', ''), ('b', ''), ('rare', 'x')) as t (key, value)
      where project_id <> 'p9' and (key = 'env' or (key <> 'rare' and substr(id, 7)::int / 40 < 50)
        or substr(id, 7)::int / 40 = 59)`,
    `delete from image_tags where project_id = 'p1' and image_id = 'image-00041'`,
    'analyze',
  ];
  for (const text of fill) await given().database.query({ text }, []);
});

test('counts images, tags and keys of the project and of no other', async () => {
  expect(await read()).toMatchObject({ images: 60, untagged: 1, tags: 160, keys: { count: 4 } });
  expect(await read({ projectId: 'none' })).toEqual({
    images: 0,
    untagged: 0,
    tags: 0,
    keys: { count: 0, most: [] },
    values: { key: null, count: 0, most: [] },
    days: [],
  });
});

test('tells the keys that are used most, those as often used in the order of their texts', async () => {
  const { keys } = await read();
  expect(keys.most).toEqual([
    { text: 'env', uses: 59 },
    { text: 'a', uses: 50 },
    { text: 'b', uses: 50 },
  ]);
});

test('tells the values of the key that is used most, or of the one that is asked for', async () => {
  expect((await read()).values).toEqual({
    key: 'env',
    count: 2,
    most: [
      { text: 'v0', uses: 30 },
      { text: 'v1', uses: 29 },
    ],
  });
  expect((await read({ key: 'rare' })).values).toMatchObject({ count: 1, most: [{ text: 'x', uses: 1 }] });
  expect((await read({ key: 'never' })).values).toEqual({ key: 'never', count: 0, most: [] });
});

test('lists are cut, counts are not', async () => {
  const { keys, values } = await read({ most: 1 });
  expect([keys.count, keys.most.length, values.count, values.most.length]).toEqual([4, 1, 2, 1]);
});

test('counts images by the day in UTC on which they were made, from the first day that is asked for', async () => {
  expect((await read()).days).toEqual([{ day: '2026-11-01', images: 40 }]);
  expect((await read({ since: '2026-10-31' })).days).toEqual([
    { day: '2026-10-31', images: 20 },
    { day: '2026-11-01', images: 40 },
  ]);
});

test('reads what is the project\u2019s by indexes, and its statement is never named', async () => {
  const [sent] = await statementsOf((database) =>
    new PostgresStatisticsStore(database).read({ ...query, key: 'env' }),
  );
  if (!sent) throw new Error('nothing was sent');
  expect(sent.statement.name).toBeUndefined();
  const plan = await planOf(given().connection, sent.statement, sent.values);
  expect(plan.scanned).toEqual([]);
});
