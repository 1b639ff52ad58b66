import type { Observe } from '../../core/observe';
import type { QueryResultRow } from 'pg';
import { Unavailable } from '../../core/errors';
import { Database, type Queryable, type Statement } from './database';
import type { StoreObservation, StatementOutcome } from './observation';

/** A database that reports every statement and transaction. */
export class ObservedDatabase extends Database {
  constructor(
    private readonly observe: Observe<StoreObservation>,
    ...rest: ConstructorParameters<typeof Database>
  ) {
    super(...rest);
  }

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.timed(super.query<Row>(statement, values));
  }

  override transaction<Result>(work: (client: Queryable) => Promise<Result>): Promise<Result> {
    return this.timed(super.transaction(work));
  }

  private async timed<Result>(work: Promise<Result>): Promise<Result> {
    const begun = performance.now();
    try {
      const result = await work;
      this.report('done', begun);
      return result;
    } catch (error) {
      this.report(error instanceof Unavailable ? 'away' : 'refused', begun);
      throw error;
    }
  }

  private report(outcome: StatementOutcome, begun: number): void {
    this.observe({ kind: 'database-unit', milliseconds: performance.now() - begun, outcome });
  }
}
