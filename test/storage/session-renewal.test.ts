import knex from 'knex';
import { migrationSource } from '../../src/storage/migrations';
import { Database } from '../../src/storage/database/database';
import { migrate } from '../../src/storage/migrator';
import { createDatabase, dropDatabase, type TestDatabase } from '../support/database';
import { fill } from '../support/query-plans';

const clients = 12;

let fresh: TestDatabase;
beforeEach(async () => {
  fresh = await createDatabase();
  const runner = knex({ client: 'pg', connection: fresh.connection, migrations: { migrationSource } });
  await runner.migrate.down({ name: '20261127050000_tag_history' });
  await runner.destroy();
  await fill(fresh.connection, [
    `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties, created_at,
        updated_at, tag_revision)
      select 'p', 'i' || n, 'private', 'queued', 0, 0, false, false, '[]', timestamptz '2026-01-01Z', timestamptz '2026-01-01Z', 0
      from generate_series(1, ${String(clients)}) as n`,
  ]);
});
afterEach(async () => {
  await fresh.database.close();
  await dropDatabase(fresh.connection.database);
});

const show = {
  name: 'show',
  text: `select i.* from images i where i.project_id = 'p' and i.id = $1`,
  reads: true,
} as const;
const change = {
  name: 'change',
  text: `update images set tag_revision = tag_revision + 1 where project_id = 'p' and id = $1 returning tag_revision`,
};

interface Gateway {
  readonly database: Database;
  readonly failures: unknown[];
  /** @returns how often an image was changed */
  stop(): Promise<number>;
}

/** Reads and changes images all the time, as a gateway does. */
function busyGateway(): Gateway {
  const database = new Database(fresh.connection, 6, () => undefined);
  const failures: unknown[] = [];
  let [isRunning, changes] = [true, 0];
  const turn = async (id: string): Promise<void> => {
    await database.query(show, [id]);
    await database.query(change, [id]);
    changes++;
  };
  const client = async (id: string): Promise<void> => {
    while (isRunning) await turn(id).catch((error: unknown) => failures.push(error));
  };
  const work = Array.from({ length: clients }, (_, index) => client(`i${String(index + 1)}`));
  const stop = async (): Promise<number> => {
    isRunning = false;
    await Promise.all(work);
    await database.close();
    return changes;
  };
  return { database, failures, stop };
}

async function sessions(): Promise<number[]> {
  const text = `select pid from pg_stat_activity where datname = current_database() and application_name = 'tagway'`;
  return (await fresh.database.query<{ pid: number }>({ text }, [])).map(({ pid }) => pid);
}

test('a migration ends the sessions of an earlier build, and fails none of its requests', async () => {
  const gateway = busyGateway();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = await sessions();
  await migrate(fresh.connection);
  const after = await sessions();
  const changes = await gateway.stop();
  expect(gateway.failures).toEqual([]);
  expect(before.length).toBeGreaterThan(3);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  const text = 'select sum(tag_revision)::int as changes from images';
  expect(await fresh.database.query({ text }, [])).toEqual([{ changes }]);
}, 30_000);
