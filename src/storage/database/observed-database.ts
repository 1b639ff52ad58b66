import type { QueryResultRow } from 'pg';
import { Unavailable } from '../../core/errors';
import { Database, type Queryable, type Statement } from './database';
import type { DatabaseObserver } from './observer';

/** A database whose every statement and transaction somebody is told of. */
export class ObservedDatabase extends Database {
  constructor(
    private readonly observer: DatabaseObserver,
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
      this.observer.unit(performance.now() - begun, 'done');
      return result;
    } catch (error) {
      this.observer.unit(performance.now() - begun, error instanceof Unavailable ? 'away' : 'refused');
      throw error;
    }
  }
}
