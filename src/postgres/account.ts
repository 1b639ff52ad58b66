import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { EmbeddedError } from './errors';

const run = promisify(execFile);

/** Postgres gets nothing of the gateway's environment: LANG, PGPORT or PGOPTIONS would change its behaviour. */
export const plainEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
} as const;

/** The operating system account that Postgres runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** for messages */
  readonly name: string;
  /** true if the gateway is root, as which Postgres refuses to run */
  readonly isOther: boolean;
}

/**
 * The gateway's own account; for root the owner of existing data, else `postgres`, else `nobody`.
 * Accounts are looked up, never created.
 * @throws EmbeddedError
 */
export async function chooseAccount(dataDir: string): Promise<Account> {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (own.uid !== 0) return { ...own, name: `uid ${String(own.uid)}`, isOther: false };
  const account = ownerOf(dataDir) ?? (await accountNamed('postgres')) ?? (await accountNamed('nobody'));
  if (account === null) {
    throw new EmbeddedError(
      'Postgres refuses to run as root and this machine has no account "postgres" or "nobody": ' +
        'start Tagway as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
    );
  }
  if (account.uid === 0) {
    throw new EmbeddedError(
      `${dataDir} belongs to root, as which Postgres refuses to run: give it to an ordinary account, for example with chown -R nobody.`,
    );
  }
  return account;
}

function ownerOf(folder: string): Account | null {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid, name: `uid ${String(uid)}`, isOther: true };
  } catch {
    return null;
  }
}

/** Asks `id`, which also knows accounts that are not in /etc/passwd. */
async function accountNamed(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) =>
        Number((await run('id', [flag, name], { env: plainEnvironment })).stdout),
      ),
    );
    return uid === undefined || gid === undefined || uid === 0 ? null : { uid, gid, name, isOther: true };
  } catch {
    return null;
  }
}

/** For `spawn`: a uid or gid may only be given if it differs. */
export function credentials(account: Account): { uid?: number; gid?: number } {
  return account.isOther ? { uid: account.uid, gid: account.gid } : {};
}

/** Runs a shell test as that account, with `path` as $1. */
export async function shellTest(account: Account, test: string, path: string): Promise<boolean> {
  return (await shellOutput(account, `${test} || echo no`, path)) === '';
}

/** The topmost folder on the way to `folder` that another account cannot traverse, or null. */
export async function closedParent(account: Account, folder: string): Promise<string | null> {
  if (!account.isOther) return null;
  const climb =
    'p=$1; while [ ! -x "$p" ] && [ "$p" != / ]; do last=$p; p=${p%/*}; p=${p:-/}; done; printf %s "$last"';
  return (await shellOutput(account, climb, folder)) || null;
}

async function shellOutput(account: Account, script: string, path: string): Promise<string> {
  const options = { ...credentials(account), env: plainEnvironment, cwd: '/' };
  return (await run('/bin/sh', ['-c', script, 'sh', path], options)).stdout;
}

/**
 * `initdb` looks up its own account and fails without an entry, as in containers with an arbitrary uid.
 * @throws EmbeddedError
 */
export function requirePasswdEntry(account: Account): void {
  if (account.isOther) return;
  try {
    userInfo();
  } catch {
    throw new EmbeddedError(
      `The embedded Postgres needs an account that exists, and ${account.name} has no entry in the passwd database: ` +
        'start Tagway as a user that has one, or set DATABASE_URL to a Postgres of your own.',
    );
  }
}
