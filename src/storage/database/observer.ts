/** `refused`: Postgres or the work itself said no; `away`: nothing was answered, or nobody was there to answer. */
export type UnitOutcome = 'done' | 'refused' | 'away';

/** Connections; `waiting` is for statements that have none yet, `most` for how many there may be. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly most: number;
}

/** Told of what is asked of Postgres; it must be quick and never throw. */
export interface DatabaseObserver {
  /** A statement or a transaction, with its wait for a connection and its repetitions. */
  unit(milliseconds: number, outcome: UnitOutcome): void;
}

/** Told of what goes to Postgres together; it must be quick and never throw. */
export interface StoreObserver {
  /** @param kind of the changes or reads @param size how many are in one statement */
  batch(kind: string, size: number): void;
}

export const unobserved: DatabaseObserver & StoreObserver = {
  unit: () => undefined,
  batch: () => undefined,
};
