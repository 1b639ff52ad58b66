import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryResultRow } from 'pg';
import type { Queryable, Statement } from './statement';

interface Transactions {
  transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result>;
}

/** A transaction that all of a request goes through, and that is rolled back at its end. */
class DryRun implements Queryable {
  private steps = 0;
  private isOver = false;

  constructor(private readonly client: Queryable) {}

  /** The connection belongs to others then; work that the request left behind in the background must not use it. */
  end(): void {
    this.isOver = true;
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.requireTransaction();
    if (statement.reads === true) return this.client.query<Row>(statement, values);
    return this.transaction((client) => client.query<Row>(statement, values));
  }

  private requireTransaction(): void {
    if (this.isOver) throw new Error('the dry run is over');
  }

  /** All of it or nothing: what is refused must not spoil what follows. */
  async transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    this.requireTransaction();
    const name = `step_${String(++this.steps)}`;
    await this.client.query({ text: `savepoint ${name}` }, []);
    try {
      return await work(this.client);
    } catch (error) {
      await this.client.query({ text: `rollback to savepoint ${name}` }, []);
      throw error;
    }
  }
}

/** Empty until the first call of `dryRun`: until then it costs requests nothing. */
const scope = new AsyncLocalStorage<DryRun>();

/** The caller's, if its changes are to be rolled back. */
export function activeDryRun(): DryRun | undefined {
  return scope.getStore();
}

class RolledBack<Result> extends Error {
  override readonly name = 'RolledBack';
  constructor(readonly result: Result) {
    super('rolled back');
  }
}

/** Runs the work as ever, except that nothing it changes is kept: its answers are those of a change that gets lost. */
export async function runDry<Result>(
  database: Transactions,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(async (client) => {
      const attempt = new DryRun(client);
      try {
        throw new RolledBack(await scope.run(attempt, work));
      } finally {
        attempt.end();
      }
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.result as Result;
    throw error;
  }
}
