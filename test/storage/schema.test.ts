import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import knex from 'knex';
import { migrationSource } from '../../src/storage/migrations';
import { migrate } from '../../src/storage/migrator';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { TagVerbs } from '../support/tag-verbs';
import { createDatabase, dropDatabase, type TestDatabase, testDatabase } from '../support/database';
import { dumpSchema } from '../support/schema-dump';

const file = join(__dirname, '../../src/storage/schema.txt');
const given = testDatabase();

test('the migrations make the schema that src/storage/schema.txt shows (UPDATE_SCHEMA=1 writes it anew)', async () => {
  const made = await dumpSchema(given().database);
  if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(file, made);
  expect(made).toBe(readFileSync(file, 'utf8'));
});

test('every key of the tag core is led by the project', async () => {
  const rows = await given().database.query<{ relation: string; first: string }>(
    {
      text: `select c.relname as relation, a.attname as first
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'p' and c.relname in ('images', 'image_tags', 'image_members')`,
    },
    [],
  );
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map((row) => row.first))).toEqual(new Set(['project_id']));
});

test('two gateways that start at once both find the schema made, once', async () => {
  const fresh = await createDatabase();
  try {
    await fresh.database.query({ text: 'drop schema public cascade' }, []);
    await fresh.database.query({ text: 'create schema public' }, []);
    await Promise.all([migrate(fresh.connection), migrate(fresh.connection), migrate(fresh.connection)]);
    expect(await dumpSchema(fresh.database)).toBe(await dumpSchema(given().database));
  } finally {
    await fresh.database.close();
    await dropDatabase(fresh.connection.database);
  }
});

test('every migration can be taken back and made again', async () => {
  const fresh = await createDatabase();
  const runner = knex({ client: 'pg', connection: fresh.connection, migrations: { migrationSource } });
  try {
    await runner.migrate.rollback(undefined, true);
    expect(await dumpSchema(fresh.database)).toBe('');
    await runner.migrate.latest();
    expect(await dumpSchema(fresh.database)).toBe(await dumpSchema(given().database));
  } finally {
    await runner.destroy();
    await fresh.database.close();
    await dropDatabase(fresh.connection.database);
  }
});

describe('a database that', () => {
  let fresh: TestDatabase;
  beforeEach(async () => {
    fresh = await createDatabase();
  });
  afterEach(async () => {
    await fresh.database.close();
    await dropDatabase(fresh.connection.database);
  });
  const ask = (text: string): Promise<Record<string, unknown>[]> => fresh.database.query({ text }, []);

  async function takeBackTheLast(): Promise<void> {
    const runner = knex({ client: 'pg', connection: fresh.connection, migrations: { migrationSource } });
    await runner.migrate.down();
    await runner.destroy();
  }

  test('a gateway left locked when it died while migrating is migrated by the next one', async () => {
    await takeBackTheLast();
    await ask('update knex_migrations_lock set is_locked = 1');
    await migrate(fresh.connection);
    expect(await ask('select is_locked from knex_migrations_lock')).toEqual([{ is_locked: 0 }]);
    expect(await dumpSchema(fresh.database)).toBe(await dumpSchema(given().database));
  });

  test('a newer gateway has brought further serves an older one, also where the older one has still to add', async () => {
    await ask('alter table images add column invented_later text');
    await ask(
      "insert into knex_migrations (name, batch, migration_time) values ('29990101000000_later', 2, now())",
    );
    await migrate(fresh.connection);
    const ref = { projectId: 'p'.repeat(32), imageId: 'older' };
    const [made] = await ask(`insert into images (project_id, id, visibility, status, min_disk, min_ram,
        protected, os_hidden, properties, created_at, updated_at, tag_revision)
      values ('${ref.projectId}', 'older', 'private', 'queued', 0, 0, false, false, '[]', now(), now(), 0)
      returning id`);
    expect(made).toEqual({ id: 'older' });
    const tags = new PostgresTagStore(fresh.database);
    const tag = { name: 'a', key: 'a', value: '' };
    await new TagVerbs(tags).add(ref, tag);
    expect(await tags.list(ref)).toMatchObject({ tags: [tag], revision: 1 });
    await ask("delete from knex_migrations where name like '%_jobs'");
    await ask('drop table jobs');
    await migrate(fresh.connection);
    expect(await ask('select id from jobs')).toEqual([]);
  });

  test('is up to date needs no right to change its schema', async () => {
    const role = fresh.connection.database.replace('t_', 'r_');
    await ask(`create role ${role} login password 'reader'`);
    await ask(`grant select, insert, update, delete on all tables in schema public to ${role}`);
    const limited = { ...fresh.connection, user: role, password: 'reader' };
    try {
      await migrate(limited);
      await takeBackTheLast();
      await expect(migrate(limited)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await ask(`drop owned by ${role}`);
      await ask(`drop role ${role}`);
    }
  });
});
