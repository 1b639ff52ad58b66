import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';

/** Behind a statement that waits for a table's lock all later ones wait. The first waits for the migration's commit, too. */
const lockWait = '800ms';

/** A connection that takes tables for itself, again and again. */
export class LockTurn {
  readonly client: Client;
  /** Whether the lock that was asked for last was given. */
  isLocked: Promise<boolean> = Promise.resolve(false);
  private isConnected = false;

  constructor(
    where: ClientConfig,
    private readonly tables: readonly string[],
  ) {
    this.client = new Client(where);
    this.client.on('error', () => undefined);
  }

  /** Asks for the lock. @returns the process that waits for it */
  async queue(): Promise<number> {
    if (!this.isConnected) await this.client.connect();
    this.isConnected = true;
    await this.client.query(`begin; set local lock_timeout = '${lockWait}'`);
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
