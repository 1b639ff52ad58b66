import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import knex from 'knex';
import { migrationSource } from '../../src/storage/migrations';
import { migrate } from '../../src/storage/database';
import { createDatabase, dropDatabase, testDatabase } from '../support/database';
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

test('a gateway that died while migrating does not stop the next one', async () => {
  const fresh = await createDatabase();
  try {
    await fresh.database.query({ text: 'update knex_migrations_lock set is_locked = 1' }, []);
    await migrate(fresh.connection);
    const [lock] = await fresh.database.query({ text: 'select is_locked from knex_migrations_lock' }, []);
    expect(lock).toEqual({ is_locked: 0 });
  } finally {
    await fresh.database.close();
    await dropDatabase(fresh.connection.database);
  }
});
