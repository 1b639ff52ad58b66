/** `refused`: Postgres or the work itself refused; `away`: no answer, or no server. */
export type StatementOutcome = 'done' | 'refused' | 'away';

/** Connections; `waiting` is for statements that have none yet, `most` for how many there may be. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly most: number;
}

export type StoreObservation =
  /** A statement or a transaction, with its wait for a connection and its repetitions. */
  | { readonly kind: 'database-unit'; readonly milliseconds: number; readonly outcome: StatementOutcome }
  /** Changes or reads that went to Postgres in one statement. */
  | { readonly kind: 'database-batch'; readonly of: string; readonly size: number }
  /** An idle connection of the pool. */
  | { readonly kind: 'database-connection-lost'; readonly error: Error };
