import type { QueryResultRow } from 'pg';

/** `name` makes it a prepared statement, for statements whose form fixes their plan: full keys, or the steps of a search. A
 * generic plan pinned for any other list query was measured 1 000 times slower. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  /** It changes nothing, so it may be repeated when its answer was lost. A test checks each with Postgres. */
  readonly reads?: true;
  /** How long it may take; a named one takes as long as a row's lock at most, any other as long as the server lets it. */
  readonly bound?: 'short' | 'long';
}

export interface Queryable {
  query<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}
