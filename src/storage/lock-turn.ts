import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';

/** Behind a statement that waits for a table's lock all later ones wait. */
const lockWait = '800ms';
/** For a commit that gives the lock: on a busy disk it takes its time, and holds the others up by itself. */
const commitWait = '10s';

/** A connection that takes tables for itself, again and again. */
export class LockTurn {
  readonly client: Client;
  /** Whether the lock that was asked for last was given. */
  isLocked: Promise<boolean> = Promise.resolve(false);

  constructor(
    where: ClientConfig,
    private readonly tables: readonly string[],
  ) {
    this.client = new Client(where);
    this.client.on('error', () => undefined);
  }

  /** Asks for the lock of a transaction that is about to commit. @returns the process that waits for it */
  async queueForCommit(): Promise<number> {
    await this.client.connect();
    return this.queue(commitWait);
  }

  /** @returns the process that waits for the lock */
  async queue(wait = lockWait): Promise<number> {
    await this.client.query(`begin; set local lock_timeout = '${wait}'`);
    const { rows } = await this.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const lock = `lock table ${this.tables.join(', ')} in access exclusive mode`;
    this.isLocked = this.client.query(lock).then(
      () => true,
      () => false,
    );
    return rows[0]?.pid ?? 0;
  }

  async release(): Promise<void> {
    await this.client.query('rollback');
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

/** @param ask of another connection */
export async function waitUntilQueued(ask: (text: string) => Promise<unknown>, pid: number): Promise<void> {
  const text = `select 1 from pg_locks where pid = ${String(pid)} and not granted`;
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = (await ask(text)) as { rows: unknown[] };
    if (rows.length > 0) return;
    await sleep(2);
  }
}
