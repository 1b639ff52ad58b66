import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type ClientConfig, Pool, type PoolClient, type QueryResultRow, type types } from 'pg';
import { Unavailable } from '../../core/errors';
import { type ConnectionSettings, hostConfigs } from './connection';
import {
  isServerAway,
  isConflict,
  isNodeAway,
  isServerFull,
  isConnectionUnusable,
  isConnectionLost,
  isReadOnly,
  isStatementUnanswered,
  isStatementUnsent,
  toCoreError,
} from './errors';
import type { PoolState } from './observation';
import { PrimaryPool, verifyPrimary } from './primary';
import { StallDetector } from './stall-detector';
import type { Queryable, Statement } from './statement';
import { columnValueParser } from './value-types';
import { activeDryRun } from './dry-run';
import { waitBeforeRetry, databaseTimeoutsMs, withDeadline } from './waits';

export type { ConnectionSettings } from './connection';
export type { Queryable, Statement } from './statement';

/** Probes whether the server answers. */
export const pingStatement: Statement = { text: 'select 1', reads: true, bound: 'short' };

const begin: Statement = { text: 'begin', bound: 'short' };

/**
 * A page of a list is read in less than a millisecond; to start a parallel worker for it takes four, to compile
 * it takes hundreds. Postgres thinks otherwise of large tables. In new tables it expects few rows, which it would rather
 * gather in a bitmap and sort than read in the order of an index; and what is in memory it takes to be on a turning disk.
 */
export const sessionOptions =
  '-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 -c enable_bitmapscan=off -c random_page_cost=1.1';

const sessionSettings = {
  statement_timeout: databaseTimeoutsMs.statement,
  lock_timeout: databaseTimeoutsMs.lock,
  idle_in_transaction_session_timeout: databaseTimeoutsMs.idleInTransaction,
  options: sessionOptions,
};

/** `own`: the gateway prepares statements in it and sets it up; `shared`: a pooler lends it, so nothing may stay in it. */
export type SessionKind = 'own' | 'shared';

export class Database implements Queryable {
  private readonly pool: PrimaryPool;
  private readonly stall: StallDetector;
  /** When a connection last answered, or was made. */
  private readonly heard = new WeakMap<PoolClient, number>();
  private readonly busy = new Set<PoolClient>();
  /** The one of the host in use. */
  private opened: Pool | undefined;
  /** When a connection was last lost: others may be dead, too, without an error yet. */
  private lastLoss = 0;
  /** How many wait for a server without a connection to spare. */
  private crowded = 0;

  /**
   * @param poolSize connections at most
   * @param onIdleError called for lost idle connections; without a listener they would end the process
   */
  constructor(
    connection: ConnectionSettings,
    private readonly poolSize: number,
    private readonly onIdleError: (error: Error) => void,
    private readonly sessions: SessionKind = 'own',
  ) {
    const hosts = hostConfigs(connection);
    this.pool = new PrimaryPool(hosts, (where) => this.openPool(where, hosts.length > 1));
    this.stall = new StallDetector(
      () => this.pool.answers(),
      databaseTimeoutsMs.connect,
      () => {
        this.endSilent();
      },
    );
  }

  /** One statement, one round trip. Conflicts are tried again, and so are reads that were lost. @throws Unavailable */
  async query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const run = activeDryRun();
    if (run) return run.query(statement, values);
    return this.unit((client) => client.query<Row>(statement, values), statement.reads);
  }

  /** All of `work` or nothing. It may run more than once. @throws Unavailable */
  async transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    const run = activeDryRun();
    if (run) return run.transaction(work);
    return this.unit(async (client) => {
      await client.query(begin, []);
      try {
        const result = await work(client);
        await client.query({ text: 'commit' }, []);
        return result;
      } catch (error) {
        // A connection that is given up takes its transaction with it, and may be as silent as before.
        if (!isConnectionUnusable(error)) await client.query({ text: 'rollback' }, []).catch(() => undefined);
        throw error;
      }
    });
  }

  get connections(): PoolState {
    const { totalCount: total = 0, idleCount: idle = 0, waitingCount: waiting = 0 } = this.opened ?? {};
    return { total, idle, waiting, most: this.poolSize };
  }

  async close(): Promise<void> {
    this.stall.close();
    await this.pool.close();
  }

  private openPool(where: ClientConfig, isOneOfSeveral: boolean): Pool {
    const pool = new Pool({
      ...where,
      max: this.poolSize,
      connectionTimeoutMillis: databaseTimeoutsMs.connect,
      query_timeout: databaseTimeoutsMs.query.long,
      keepAlive: true,
      application_name: 'tagway',
      ...(this.sessions === 'own' && sessionSettings),
      ...(isOneOfSeveral && { verify: verifyPrimary }),
      types: { getTypeParser: columnValueParser as typeof types.getTypeParser },
    });
    this.opened = pool;
    pool.on('error', (error) => {
      // Connections of an ended pool are still closing.
      if (!pool.ending) this.onIdleError(error);
    });
    // The pool listens to idle connections only. One that is lost while in use fails its statement and then also
    // emits an error, which without a listener would end the process.
    pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.heard.set(client, performance.now());
    });
    return pool;
  }

  private async unit<Result>(work: (client: Queryable) => Promise<Result>, isRead = false): Promise<Result> {
    let until = performance.now() + databaseTimeoutsMs.connect;
    for (let attempt = 1; ; attempt++) {
      const client = await this.connect(until);
      this.busy.add(client);
      try {
        const result = await work(this.queryableOf(client));
        this.giveBack(client);
        return result;
      } catch (failure) {
        this.giveBack(client, isConnectionUnusable(failure) ? (failure as Error) : undefined);
        const reported = this.reported(failure);
        if (await this.isToBeRepeated(failure, attempt))
          until = performance.now() + databaseTimeoutsMs.connect;
        else if (isRead && attempt <= 2 && isConnectionLost(failure) && performance.now() < until)
          await waitBeforeRetry();
        else throw reported;
      }
    }
  }

  private queryableOf(client: PoolClient): Queryable {
    return {
      query: async <Row extends QueryResultRow>(
        { name, text, bound = name === undefined ? 'long' : 'short' }: Statement,
        values: readonly unknown[],
      ): Promise<Row[]> => {
        const isOwn = this.sessions === 'own';
        // At a pooler it waits for a connection, too.
        const timeoutMs = databaseTimeoutsMs.query[isOwn ? bound : 'long'];
        const asked = { text, values: values as unknown[], query_timeout: timeoutMs };
        const prepared = isOwn && name !== undefined ? { name, ...asked } : asked;
        const { rows } = await client.query<Row>(prepared);
        this.heard.set(client, performance.now());
        return rows;
      },
    };
  }

  private giveBack(client: PoolClient, lost?: Error): void {
    this.busy.delete(client);
    client.release(lost);
  }

  /** One got no answer although the server answers: others that were silent for as long are dead, too. */
  private endSilent(): void {
    const since = performance.now() - databaseTimeoutsMs.silence;
    for (const client of this.busy) {
      if ((this.heard.get(client) ?? 0) < since) void (client as PoolClient & Client).end();
    }
  }

  /** Nothing was done, and another attempt may succeed. */
  private async isToBeRepeated(failure: unknown, attempt: number): Promise<boolean> {
    if (attempt >= 5) return false;
    // The host has become a standby, and another one takes changes.
    if (isReadOnly(failure)) return this.pool.hasMoved();
    // Its pool had not yet heard of the loss. A transaction is as undone: what it sent before was not committed.
    if (isStatementUnsent(failure)) return true;
    if (isConflict(failure)) await sleep(10 + Math.random() * 40 * attempt);
    return isConflict(failure);
  }

  /** Maps the error to the core's terms and notes what it implies for other connections. */
  private reported(failure: unknown): unknown {
    const reported = toCoreError(failure, true);
    const isUnknown = reported instanceof Unavailable && reported.outcome === 'unknown';
    if (isUnknown && !isNodeAway(failure)) this.lastLoss = performance.now();
    if (isStatementUnanswered(failure)) this.stall.notice();
    return reported;
  }

  /** @param until end of the wait, over all attempts */
  private async connect(until: number): Promise<PoolClient> {
    for (let attempt = 1; ; attempt++) {
      if (this.stall.isStalled) throw new Unavailable('the database does not answer', 'not-done');
      try {
        return await (attempt === 1 ? this.freshClient() : withDeadline(until, this.freshClient()));
      } catch (error) {
        if (!(await this.mayConnect(error, until))) throw toCoreError(error, false);
      }
    }
  }

  private async freshClient(): Promise<PoolClient> {
    for (;;) {
      const client = await this.pool.connect();
      if ((this.heard.get(client) ?? Infinity) > this.lastLoss) return client;
      client.release(true);
    }
  }

  /** Waits until a connection may be available. On a full server only a few wait: each attempt costs it a process. */
  private async mayConnect(error: unknown, until: number): Promise<boolean> {
    if (isServerAway(error)) return (await this.stall.isBackBefore(until)) && (await waitBeforeRetry());
    if (!isServerFull(error) || this.crowded >= this.poolSize || performance.now() >= until) return false;
    this.crowded++;
    return waitBeforeRetry().finally(() => this.crowded--);
  }
}
