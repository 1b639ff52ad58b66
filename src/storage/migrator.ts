import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import type { Connection } from './database/connection';
import { toCoreError } from './database/errors';
import { migrationSource } from './migrations';
import { primaryOf } from './database/primary';

/**
 * Brings the schema up to date. Of several gateways that start at once one does it, the others ask for a row
 * that it holds, again and again. knex' own lock would outlive a gateway that dies in the middle; this one ends with its
 * connection, and its holder may clear knex'. A schema that is up to date, or newer, is only looked at: that
 * needs no right to change it.
 * @param tell hears how far a long migration is
 * @throws Unavailable when the database cannot be reached
 */
export async function migrate(
  connection: Connection,
  tell: (text: string) => void = () => undefined,
): Promise<void> {
  const where = await primaryOf(connection);
  const runner = knex({
    client: 'pg',
    connection: where as Knex.PgConnectionConfig,
    pool: { min: 0, max: 2 },
    // A newer version of the gateway may have brought the schema further; it only ever adds to it.
    migrations: { migrationSource, disableMigrationsListValidation: true },
    // What goes wrong is thrown; knex would also print it, past the log.
    log: { warn: () => undefined, error: () => undefined },
  }).withUserParams({ tell });
  try {
    if (await isUpToDate(runner)) return;
    await makeLock(runner);
    while (!(await isUpToDate(runner)) && !(await migrateAlone(runner))) await sleep(pollMs);
  } catch (error) {
    throw toCoreError(error, false);
  } finally {
    await runner.destroy();
  }
}

/**
 * To wait for the row inside a statement would be for ever: an index that is made concurrently waits for every statement
 * that began before it, and this one would wait for who makes the index.
 * @returns false when another gateway is at it
 */
async function migrateAlone(runner: Knex): Promise<boolean> {
  const lock = { isHeld: false };
  try {
    await runner.transaction(async (holder) => {
      await holder.raw('select id from knex_tagway_lock for update nowait');
      lock.isHeld = true;
      await runner.migrate.forceFreeMigrationsLock();
      await runner.migrate.latest();
    });
    return true;
  } catch (error) {
    if (lock.isHeld || (error as { code?: string }).code !== lockNotAvailable) throw error;
    return false;
  }
}

const pollMs = 200;
const lockNotAvailable = '55P03';
const undefinedTable = '42P01';

async function isUpToDate(runner: Knex): Promise<boolean> {
  try {
    const made = await runner<{ name: string }>('knex_migrations').select('name');
    const known = await migrationSource.getMigrations([]);
    return known.every((name) => made.some((one) => one.name === name));
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return false;
    throw error;
  }
}

/** How Postgres says so, by what it notices first: the row of the catalog, the table, its type. */
const madeMeanwhile = ['23505', '42P07', '42710'];

async function makeLock(runner: Knex): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await runner.raw('create table if not exists knex_tagway_lock (id integer primary key)');
      await runner.raw('insert into knex_tagway_lock (id) values (1) on conflict (id) do nothing');
      return;
    } catch (error) {
      // `if not exists` does not hold between two that create at the same moment.
      const { code = '' } = error as { code?: string };
      if (!madeMeanwhile.includes(code) || attempt > 10) throw error;
    }
  }
}
