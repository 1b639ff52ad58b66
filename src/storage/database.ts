import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import { Client, Pool, type PoolClient, type PoolConfig, type QueryResultRow, types } from 'pg';
import { Unavailable } from '../core/errors';
import { isConflict, isUnanswered, toCoreError } from './errors';
import { migrationSource } from './migrations';
import { StallWatch } from './stall-watch';

/** A connection string, or what `pg` takes for the embedded server (`host` is then a socket folder). */
export type Connection =
  string | { host: string; port: number; user: string; password: string; database: string };

/** `name` makes it a prepared statement, for statements whose every condition is a full key and no others:
 * a generic plan pinned for a list query was measured 1 000 times slower (reference: data layer, section 2). */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export interface Queryable {
  query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** Builds SQL for the composed queries; it has no connection, the text goes through `Database`. */
export const sql: Knex = knex({ client: 'pg' });

/** Bounds of every wait (ms). All three are needed: a stalled server never runs into its own timeout. */
const waits = {
  connect: 2_000,
  statement: 5_000,
  query: 6_000,
  lock: 2_000,
  idleInTransaction: 10_000,
  probe: 1_000,
};

/**
 * A page of a list is read in less than a millisecond; to start a parallel worker for it takes four, to compile
 * it takes hundreds. Postgres thinks otherwise of large tables.
 */
export const sessionOptions = '-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0';

const timestamptz = 1184;
const int8 = 20;

/** Postgres' text of a moment in UTC, as an `Instant`: six decimals always. */
function instant(text: string): string {
  const [whole = '', decimals = ''] = text
    .replace(' ', 'T')
    .replace(/(\+00|Z)$/, '')
    .split('.');
  return `${whole}.${decimals.padEnd(6, '0')}Z`;
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === timestamptz) return instant;
  if (oid === int8) return Number;
  return types.getTypeParser(oid, format) as (text: string) => unknown;
}

export class Database implements Queryable {
  private readonly pool: Pool;
  private readonly stall: StallWatch;
  private readonly born = new WeakMap<PoolClient, number>();
  /** When a connection was last lost: older ones may be lost, too, without having said so. */
  private lastLoss = 0;

  /** @param onIdleError told of lost idle connections; without a listener they would end the process */
  constructor(connection: Connection, poolSize: number, onIdleError: (error: Error) => void) {
    // A socket has no TLS, whatever PGSSLMODE asks of outside servers.
    const where: PoolConfig =
      typeof connection === 'string' ? { connectionString: connection } : { ...connection, ssl: false };
    this.pool = new Pool({
      ...where,
      max: poolSize,
      connectionTimeoutMillis: waits.connect,
      statement_timeout: waits.statement,
      query_timeout: waits.query,
      lock_timeout: waits.lock,
      idle_in_transaction_session_timeout: waits.idleInTransaction,
      keepAlive: true,
      application_name: 'tagway',
      options: sessionOptions,
      types: { getTypeParser: parserOf as typeof types.getTypeParser },
    });
    this.pool.on('error', onIdleError);
    // The pool listens to idle connections only. One that is lost in other hands fails what it was asked, and then
    // says so once more, which without a listener would end the process.
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.born.set(client, performance.now());
    });
    this.stall = new StallWatch(() => answers(where));
  }

  /** One statement, one round trip. Conflicts are tried again. @throws Unavailable */
  async query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return this.unit((client) => client.query<Row>(statement, values));
  }

  /** All of `work` or nothing. It may run more than once. @throws Unavailable */
  async transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return this.unit(async (client) => {
      await client.query({ text: 'begin' }, []);
      try {
        const result = await work(client);
        await client.query({ text: 'commit' }, []);
        return result;
      } catch (error) {
        // A connection that is given up takes its transaction with it, and may be as silent as before.
        if (!isGivenUp(error)) await client.query({ text: 'rollback' }, []).catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.stall.close();
    await this.pool.end();
  }

  private async unit<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.connect();
      let lost: Error | undefined;
      try {
        return await work(queryableOf(client));
      } catch (error) {
        if (isConflict(error) && attempt < 5) {
          await sleep(10 + Math.random() * 40 * attempt);
          continue;
        }
        const told = toCoreError(error, true);
        if (isGivenUp(error)) lost = error as Error;
        if (told instanceof Unavailable && told.outcome === 'unknown') this.lastLoss = performance.now();
        if (isUnanswered(error)) this.stall.notice();
        throw told;
      } finally {
        client.release(lost);
      }
    }
  }

  private async connect(): Promise<PoolClient> {
    if (this.stall.isStalled) throw new Unavailable('the database does not answer', 'not-done');
    try {
      for (;;) {
        const client = await this.pool.connect();
        if ((this.born.get(client) ?? Infinity) > this.lastLoss) return client;
        client.release(true);
      }
    } catch (error) {
      throw toCoreError(error, false);
    }
  }
}

/** A connection in an unknown state must not be handed out again. */
function isGivenUp(error: unknown): boolean {
  return toCoreError(error, true) !== error && !isConflict(error);
}

/** Over a connection of its own: those of the pool may all be waiting. */
async function answers(where: PoolConfig): Promise<boolean> {
  const bounds = { connectionTimeoutMillis: waits.probe, query_timeout: waits.probe };
  const client = new Client({ ...where, ...bounds, application_name: 'tagway' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    // A server that does not answer does not take leave either.
    void client.end().catch(() => undefined);
  }
}

function queryableOf(client: PoolClient): Queryable {
  return {
    query: async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) => {
      const { rows } = await client.query<Row>({ ...statement, values: values as unknown[] });
      return rows;
    },
  };
}

/**
 * Brings the schema up to date. Of several gateways that start at once one does it, the others wait for a row
 * that it holds. knex' own lock would outlive a gateway that dies in the middle; this one ends with its
 * connection, and whoever holds it may clear knex'.
 */
export async function migrate(connection: Connection): Promise<void> {
  const runner = knex({
    client: 'pg',
    connection: typeof connection === 'string' ? connection : { ...connection, ssl: false },
    pool: { min: 0, max: 2 },
    migrations: { migrationSource },
    // What goes wrong is thrown; knex would also print it, past the log.
    log: { warn: () => undefined, error: () => undefined },
  });
  try {
    await makeLock(runner);
    await runner.transaction(async (holder) => {
      await holder.raw('select id from knex_tagway_lock for update');
      await runner.migrate.forceFreeMigrationsLock();
      await runner.migrate.latest();
    });
  } catch (error) {
    throw toCoreError(error, false);
  } finally {
    await runner.destroy();
  }
}

async function makeLock(runner: Knex): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await runner.raw('create table if not exists knex_tagway_lock (id integer primary key)');
      await runner.raw('insert into knex_tagway_lock (id) values (1) on conflict (id) do nothing');
      return;
    } catch (error) {
      // `if not exists` does not hold between two that create at the same moment.
      const { code } = error as { code?: string };
      if ((code !== '23505' && code !== '42P07') || attempt > 10) throw error;
    }
  }
}
