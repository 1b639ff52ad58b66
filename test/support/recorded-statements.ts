import type { QueryResultRow } from 'pg';
import { Database, type Queryable, type Statement } from '../../src/storage/database/database';
import { citusStatement } from '../../src/storage/database/engine';

export interface SentStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/**
 * What a store sends to Postgres for a call, without a Postgres: every query is written down and answered with
 * `rows`. So plans and benchmarks are about the very text that the gateway sends.
 * @param engine whose forms are sent; of Postgres it is not written down that it was asked for
 */
export async function statementsOf(
  call: (database: Database) => Promise<unknown>,
  rows: readonly QueryResultRow[] = [],
  engine: 'postgres' | 'citus' = 'postgres',
): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const recorder = new RecordingDatabase(sent, rows, engine);
  // Without rows a store may well find that nothing is there; what it sent is all that counts here.
  await call(recorder).catch(() => undefined);
  await recorder.close();
  return sent;
}

class RecordingDatabase extends Database {
  constructor(
    private readonly sent: SentStatement[],
    private readonly rows: readonly QueryResultRow[],
    private readonly engine: 'postgres' | 'citus',
  ) {
    super('postgres://nobody@127.0.0.1:1/nowhere', 1, () => undefined);
  }

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (statement === citusStatement && this.engine === 'postgres') return Promise.resolve([]);
    this.sent.push({ statement, values });
    if (statement === citusStatement) return Promise.resolve([{}] as Row[]);
    return Promise.resolve(this.rows as Row[]);
  }

  override transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return work(this);
  }
}
