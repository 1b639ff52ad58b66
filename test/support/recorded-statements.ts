import type { QueryResultRow } from 'pg';
import { Database, type Queryable, type Statement } from '../../src/storage/database/database';

export interface SentStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/**
 * What a store sends to Postgres for a call, without a Postgres: every query is written down and answered with
 * `rows`. So plans and benchmarks are about the very text that the gateway sends.
 */
export async function statementsOf(
  call: (database: Database) => Promise<unknown>,
  rows: readonly QueryResultRow[] = [],
): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const recorder = new RecordingDatabase(sent, rows);
  // Without rows a store may well find that nothing is there; what it sent is all that counts here.
  await call(recorder).catch(() => undefined);
  await recorder.close();
  return sent;
}

class RecordingDatabase extends Database {
  constructor(
    private readonly sent: SentStatement[],
    private readonly rows: readonly QueryResultRow[],
  ) {
    super('postgres://nobody@127.0.0.1:1/nowhere', 1, () => undefined);
  }

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    this.sent.push({ statement, values });
    return Promise.resolve(this.rows as Row[]);
  }

  override transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return work(this);
  }
}
