/** Wrong tries of one name in the minute of its last one and in the minute before that. */
export interface LoginAttemptCount {
  /** since 1970 */
  readonly minute: number;
  readonly tries: number;
  readonly triesBefore: number;
  /** When a login of this name succeeded last; null: it is not known. */
  readonly loggedInMinute: number | null;
}

/** Shared by all processes. Names are of any length: the store keeps hashes of them. */
export interface LoginAttemptStore {
  /** One for each name, undefined where nothing is known. */
  tries(names: readonly string[]): Promise<readonly (LoginAttemptCount | undefined)[]>;
  /** One more wrong try of each. */
  addTry(names: readonly string[], minute: number): Promise<void>;
  setLoggedIn(name: string, minute: number): Promise<void>;
  /** Drops names without a try since the one minute and without a login since the other. */
  forget(triedBefore: number, loggedInBefore: number): Promise<void>;
}
