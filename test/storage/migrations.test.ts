import knex from 'knex';
import { Client } from 'pg';
import { ownImages } from '../../src/core/ports';
import { migrationSource } from '../../src/storage/migrations';
import { migrate } from '../../src/storage/migrator';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { createDatabase, dropDatabase, type TestDatabase } from '../support/database';
import { fill } from '../support/query-plans';
import { allowed } from '../support/allowed';

const images = 3_000;

let fresh: TestDatabase;
beforeEach(async () => {
  fresh = await createDatabase();
});
afterEach(async () => {
  await fresh.database.close();
  await dropDatabase(fresh.connection.database);
});

/** As the build of before the index by age has left it. */
async function makeOld(): Promise<void> {
  const runner = knex({ client: 'pg', connection: fresh.connection, migrations: { migrationSource } });
  await runner.migrate.down({ name: '20261127080000_tags_by_age' });
  await runner.destroy();
  await fill(fresh.connection, [
    `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties, created_at,
        updated_at, tag_revision)
      select 'p', 'i' || n, 'private', 'queued', 0, 0, false, false, '[]', timestamptz '2026-01-01Z' + n * interval '1 second',
        timestamptz '2026-01-01Z', 0 from generate_series(1, ${String(images)}) as n`,
    `insert into image_tags (project_id, image_id, name, key, value)
      select 'p', 'i' || n, 'all', 'all', '' from generate_series(1, ${String(images)}) as n`,
  ]);
}

/** What an older build sends: it knows of no moment beside a tag. */
const put = `insert into image_tags (project_id, image_id, name, key, value) values ('p', $1, $2, $2, '')`;

/** Milliseconds of the longest wait of a writer, until `work` is done. */
async function longestWaitDuring(work: () => Promise<unknown>): Promise<{ writes: number; longest: number }> {
  const client = new Client(fresh.connection);
  await client.connect();
  const state = { isOver: false };
  const over = work().finally(() => (state.isOver = true));
  let [writes, longest] = [0, 0];
  while (!state.isOver) {
    const begun = performance.now();
    await client.query(put, [`i${String(1 + (writes % images))}`, `written ${String(writes++)}`]);
    longest = Math.max(longest, performance.now() - begun);
  }
  await over.finally(() => client.end());
  return { writes, longest };
}

async function unfilled(): Promise<number> {
  const text = 'select count(*)::int as count from image_tags where image_created_at is null';
  const [row] = await fresh.database.query<{ count: number }>({ text }, []);
  return row?.count ?? NaN;
}

async function found(tag: string): Promise<string[]> {
  const query = {
    projectId: 'p',
    source: ownImages,
    where: [{ kind: 'tags', condition: { kind: 'name', name: tag } }] as const,
    sort: (['createdAt', 'id'] as const).map((field) => ({ field, descending: true })),
  };
  const page = { ...query, marker: null, offset: 0, limit: 5 };
  return (await new PostgresImageSearch(fresh.database).images(page)).map(({ imageId }) => imageId);
}

test('two gateways that start at once fill a living database beside an older one, whose writers hardly wait', async () => {
  await makeOld();
  const reports: string[] = [];
  const report = (text: string): void => void reports.push(text);
  const { writes, longest } = await longestWaitDuring(() =>
    Promise.all([migrate(fresh.connection, { report }), migrate(fresh.connection, { report })]),
  );
  expect(writes).toBeGreaterThan(20);
  expect(longest).toBeLessThan(allowed(1_000));
  expect(reports.filter((text) => text === 'making the index image_tags_page')).toHaveLength(1);
  expect(await found('all')).toEqual([3000, 2999, 2998, 2997, 2996].map((n) => `i${String(n)}`));
}, 60_000);

test('what an older build writes beside newer ones is found, and filled at the next start', async () => {
  await fill(fresh.connection, [
    `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties, created_at,
        updated_at, tag_revision)
      select 'p', 'i' || n, 'private', 'queued', 0, 0, false, false, '[]', timestamptz '2026-01-01Z' + n * interval '1 second',
        timestamptz '2026-01-01Z', 0 from generate_series(1, 500) as n`,
    `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
      select 'p', 'i' || n, 'a', 'a', '', timestamptz '2026-01-01Z' + n * interval '1 second' from generate_series(1, 498) n`,
  ]);
  for (const id of ['i499', 'i500']) await fresh.database.query({ text: put }, [id, 'a']);
  expect(await unfilled()).toBe(2);
  expect(await found('a')).toEqual(['i500', 'i499', 'i498', 'i497', 'i496']);
  await migrate(fresh.connection);
  expect(await unfilled()).toBe(0);
  expect(await found('a')).toEqual(['i500', 'i499', 'i498', 'i497', 'i496']);
});

test('an index that was cut off is made anew', async () => {
  await makeOld();
  await fill(fresh.connection, [
    'alter table image_tags add column image_created_at timestamptz',
    'create index image_tags_page on image_tags (name)',
    `update pg_index set indisvalid = false where indexrelid = 'image_tags_page'::regclass`,
  ]);
  await migrate(fresh.connection);
  const text = `select pg_get_indexdef('image_tags_page'::regclass) as made`;
  const [row] = await fresh.database.query<{ made: string }>({ text }, []);
  expect(row?.made).toContain('(project_id, key, value, image_created_at, image_id, name)');
});
