import { Client, type QueryResultRow } from 'pg';
import { type ConnectionSettings, sessionOptions } from '../database/database';
import { findPrimary } from '../database/primary';

/**
 * One connection for hours of work. The pool's waits would end it: a snapshot is held while a slow reader takes
 * the lines, and the first rows of a large table may have to be sorted before.
 */
const waits = { connect: 10_000, statement: 1_800_000, lock: 60_000 };

/** A connection on which one statement runs after the other. */
export class BackupSession {
  /** Why the connection is gone; the driver's errors for later statements do not say. */
  private lost: Error | undefined;

  private constructor(private readonly client: Client) {
    client.on('error', (error) => {
      this.lost ??= error;
    });
  }

  static async open(connection: ConnectionSettings): Promise<BackupSession> {
    const client = new Client({
      ...(await findPrimary(connection)),
      connectionTimeoutMillis: waits.connect,
      statement_timeout: waits.statement,
      lock_timeout: waits.lock,
      idle_in_transaction_session_timeout: 0,
      keepAlive: true,
      application_name: 'tagway backup',
      options: sessionOptions,
    });
    const session = new BackupSession(client);
    await client.connect();
    return session;
  }

  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(text, values as unknown[])).rows;
    } catch (error) {
      throw this.lost ?? error;
    }
  }

  /** All of `work` or nothing. @param how the transaction's mode, such as `isolation level …` */
  async transaction<Result>(work: () => Promise<Result>, how = ''): Promise<Result> {
    await this.query(`begin ${how}`);
    try {
      const result = await work();
      await this.query('commit');
      return result;
    } catch (error) {
      await this.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

export async function withSession<Result>(
  connection: ConnectionSettings,
  work: (session: BackupSession) => Promise<Result>,
): Promise<Result> {
  const session = await BackupSession.open(connection);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
