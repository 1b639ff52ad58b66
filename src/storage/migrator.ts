import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type KnexPackage from 'knex';
import type { Knex } from 'knex';
import { Client, type ClientConfig } from 'pg';
import type { ConnectionSettings } from './database/connection';
import type { SessionKind } from './database/database';
import { toCoreError } from './database/errors';
import { distributeOverCitus, isDistributedOverCitus } from './distribution';
import { migrationNames, migrationSource } from './migrations';
import { refillUndatedTags, undatedTagQuery } from './migrations/tag-moments';
import { findPrimary } from './database/primary';
import { SessionRenewal } from './session-renewal';

export interface MigrateOptions {
  readonly report?: (text: string) => void;
  /** Of a pooler's sessions (`shared`) none is changed: its role must give long statements their time. */
  readonly sessions?: SessionKind;
  /** Distributes the tables over a Citus cluster, too. Where they are, those of later migrations always follow. */
  readonly citus?: boolean;
}

/**
 * Brings the schema up to date. Of several gateways that start at once one does it, the others poll for a row
 * that it holds. knex' own lock would outlive a gateway that dies in the middle; this one ends with its
 * connection, and its holder may clear knex'. A schema that is up to date, or newer, is only looked at: that
 * needs no right to change it.
 * Tags that an older build has written since then get what it does not know of.
 * @param options.report called with the progress of a long migration
 * @param options.citus @throws Error when the server is no Citus coordinator
 * @throws Unavailable when the database cannot be reached
 */
export async function migrate(
  connection: ConnectionSettings,
  { report, sessions = 'own', citus = false }: MigrateOptions = {},
): Promise<void> {
  const where = await findPrimary(connection);
  if (!citus && (await isFinished(where))) return;
  const renewal = new SessionRenewal(where);
  const runner = knexOn(where, sessions).withUserParams({ report, renewal });
  try {
    const wasUpToDate = await isUpToDate(runner);
    if (!wasUpToDate) {
      await makeLock(runner);
      while (!(await isUpToDate(runner)) && !(await migrateAlone(runner, renewal))) await sleep(pollMs);
    }
    const distributed = await isDistributedOverCitus(runner);
    if (citus || (!wasUpToDate && distributed)) await distributeOverCitus(runner, report ?? quiet);
    await refillUndatedTags(runner, citus || distributed);
  } catch (error) {
    throw toCoreError(error, false);
  } finally {
    await runner.destroy();
  }
}

const quiet = (): void => undefined;

/** Loaded when there is something to migrate: it takes longer than all else that a start does with the database. */
const load = createRequire(__filename);

function knexOn(where: ClientConfig, sessions: SessionKind): Knex {
  const { knex } = load('knex') as typeof KnexPackage;
  return knex({
    client: 'pg',
    connection: where as Knex.PgConnectionConfig,
    pool: { min: 0, max: 3, ...(sessions === 'own' && { afterCreate: liftTimeouts }) },
    // A newer version of the gateway may have brought the schema further; it only ever adds to it.
    migrations: { migrationSource, disableMigrationsListValidation: true },
    // Errors are thrown; knex would also print them, past the log.
    log: { warn: () => undefined, error: () => undefined },
  });
}

/** Whether a start has nothing to do: every migration is made, and no tag lacks its moment. */
async function isFinished(where: ClientConfig): Promise<boolean> {
  const client = new Client({
    ...where,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'tagway',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('select name from knex_migrations');
    return areMade(rows) && (await client.query(undatedTagQuery)).rows.length === 0;
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return false;
    throw toCoreError(error, false);
  } finally {
    // A server that does not answer does not confirm the end either.
    void client.end().catch(() => undefined);
  }
}

function areMade(made: readonly { readonly name: string }[]): boolean {
  return migrationNames.every((name) => made.some((one) => one.name === name));
}

/**
 * Waiting for the row inside a statement would never end: an index that is made concurrently waits for every statement
 * that began before it, and this one would wait for the session that makes the index.
 * @returns false when another gateway is migrating
 */
async function migrateAlone(runner: Knex, renewal: SessionRenewal): Promise<boolean> {
  const lock = { isHeld: false };
  try {
    await runner.transaction(async (holder) => {
      await holder.raw('select id from knex_tagway_lock for update nowait');
      lock.isHeld = true;
      await runner.migrate.forceFreeMigrationsLock();
      await runner.migrate.latest().finally(() => renewal.settled());
    });
    return true;
  } catch (error) {
    if (lock.isHeld || (error as { code?: string }).code !== lockNotAvailable) throw error;
    return false;
  }
}

/** What a role has set for short statements would end a long migration. */
function liftTimeouts(client: Client, done: (error?: Error) => void): void {
  const names = ['statement_timeout', 'idle_in_transaction_session_timeout'];
  const settings = names.map((name) => `set_config('${name}', '0', false)`).join(', ');
  client.query(`select ${settings}`, done);
}

/** How long a server may take to let a start in (ms), as knex lets it. */
const connectTimeoutMs = 60_000;
const pollMs = 200;
const lockNotAvailable = '55P03';
const undefinedTable = '42P01';

async function isUpToDate(runner: Knex): Promise<boolean> {
  try {
    return areMade(await runner<{ name: string }>('knex_migrations').select('name'));
  } catch (error) {
    if ((error as { code?: string }).code === undefinedTable) return false;
    throw error;
  }
}

/** Postgres reports it by what it notices first: the row of the catalog, the table, its type. */
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
