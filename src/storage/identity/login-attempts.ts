import { hash } from 'node:crypto';
import type { LoginAttemptCount, LoginAttemptStore } from '../../identity/login-attempt-ports';
import type { Database, Statement } from '../database/database';

interface TryRow {
  readonly name: string;
  readonly minute: number;
  readonly tries: number;
  readonly tries_before: number;
  readonly logged_in_minute: number | null;
}

const table = 'identity_login_tries';

const find: Statement = {
  name: 'login-tries',
  text: `select name, minute, tries, tries_before, logged_in_minute from ${table} where name = any((select $1::text[])::text[])`,
  reads: true,
};

/** A process whose clock is behind counts in the stored minute. */
const add: Statement = {
  name: 'login-tries-add',
  text: `insert into ${table} as t (name, minute, tries, tries_before)
    select a.name, $2, 1, 0 from unnest((select $1::text[])) as a (name)
    on conflict (name) do update set
      tries_before = case
        when t.minute >= excluded.minute then t.tries_before
        when t.minute = excluded.minute - 1 then t.tries
        else 0 end,
      tries = case when t.minute >= excluded.minute then t.tries + 1 else 1 end,
      minute = greatest(t.minute, excluded.minute)`,
};

const setLoggedIn: Statement = {
  name: 'login-tries-logged-in',
  text: `insert into ${table} as t (name, minute, tries, tries_before, logged_in_minute) values ($1, $2, 0, 0, $2)
    on conflict (name) do update set logged_in_minute = greatest(t.logged_in_minute, excluded.logged_in_minute)`,
};

const forget: Statement = {
  text: `delete from ${table} where minute < $1 and (logged_in_minute is null or logged_in_minute < $2)`,
};

export class PostgresLoginAttemptStore implements LoginAttemptStore {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  async tries(names: readonly string[]): Promise<readonly (LoginAttemptCount | undefined)[]> {
    const keys = names.map(keyOf);
    const rows = await this.database.query<TryRow & Record<string, unknown>>(find, [keys]);
    const byKey = new Map(rows.map((row) => [row.name, countOf(row)]));
    return keys.map((key) => byKey.get(key));
  }

  async addTry(names: readonly string[], minute: number): Promise<void> {
    await this.database.query(add, [names.map(keyOf), minute]);
  }

  async setLoggedIn(name: string, minute: number): Promise<void> {
    await this.database.query(setLoggedIn, [keyOf(name), minute]);
  }

  async forget(triedBefore: number, loggedInBefore: number): Promise<void> {
    await this.database.query(forget, [triedBefore, loggedInBefore]);
  }
}

function keyOf(name: string): string {
  return hash('sha256', name, 'base64url');
}

function countOf(row: TryRow): LoginAttemptCount {
  return {
    minute: row.minute,
    tries: row.tries,
    triesBefore: row.tries_before,
    loggedInMinute: row.logged_in_minute,
  };
}
