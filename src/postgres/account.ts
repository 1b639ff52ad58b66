import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from './errors';

const run = promisify(execFile);

/** Postgres gets nothing of the gateway's environment: LANG, PGPORT or PGOPTIONS would change its behaviour. */
export const postgresEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
} as const;

/** The operating system account that Postgres runs under. */
export interface OsAccount {
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
export async function chooseAccount(dataDir: string): Promise<OsAccount> {
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

function ownerOf(folder: string): OsAccount | null {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid, name: `uid ${String(uid)}`, isOther: true };
  } catch {
    return null;
  }
}

async function accountNamed(name: string): Promise<OsAccount | null> {
  const found = inPasswd(name) ?? (await askIds(name));
  if (found?.[0] === undefined || found[1] === undefined || found[0] === 0) return null;
  return { uid: found[0], gid: found[1], name, isOther: true };
}

/** The file is where almost every machine looks first, and reading it starts no process. @returns uid and gid */
function inPasswd(name: string): number[] | null {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    const entry = lines.map((line) => line.split(':')).find(([first]) => first === name);
    return entry ? entry.slice(2, 4).map(Number) : null;
  } catch {
    return null;
  }
}

/** `id` also knows accounts that are not in /etc/passwd. */
async function askIds(name: string): Promise<number[] | null> {
  try {
    return await Promise.all(
      ['-u', '-g'].map(async (flag) =>
        Number((await run('id', [flag, name], { env: postgresEnvironment })).stdout),
      ),
    );
  } catch {
    return null;
  }
}

/** For `spawn`: a uid or gid may only be given if it differs. */
export function spawnCredentials(account: OsAccount): { uid?: number; gid?: number } {
  return account.isOther ? { uid: account.uid, gid: account.gid } : {};
}

const accessBits = { read: 4, pass: 1 } as const;

/**
 * Whether the mode of the file or folder alone gives another account this right. It gets no further groups; an ACL that
 * denies what the mode allows goes unnoticed.
 */
export function isAllowedByMode(account: OsAccount, path: string, right: keyof typeof accessBits): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false;
  const place = found.uid === account.uid ? 6 : found.gid === account.gid ? 3 : 0;
  return ((found.mode >> place) & accessBits[right]) !== 0;
}

/** Runs a shell test as that account, with `path` as $1. */
export async function runShellTest(account: OsAccount, test: string, path: string): Promise<boolean> {
  return (await shellOutput(account, `${test} || echo no`, path)) === '';
}

/** The topmost folder on the way to `folder` that another account cannot traverse, or null. */
export async function findClosedParent(account: OsAccount, folder: string): Promise<string | null> {
  if (!account.isOther || isPathOpen(account, folder)) return null;
  const climb =
    'p=$1; while [ ! -x "$p" ] && [ "$p" != / ]; do last=$p; p=${p%/*}; p=${p:-/}; done; printf %s "$last"';
  return (await shellOutput(account, climb, folder)) || null;
}

/** Whether all of them can be passed by their modes: the usual case, which needs no process to try it. */
function isPathOpen(account: OsAccount, folder: string): boolean {
  for (let parent = folder; ; parent = dirname(parent)) {
    if (!isAllowedByMode(account, parent, 'pass')) return false;
    if (parent === dirname(parent)) return true;
  }
}

async function shellOutput(account: OsAccount, script: string, path: string): Promise<string> {
  const options = { ...spawnCredentials(account), env: postgresEnvironment, cwd: '/' };
  return (await run('/bin/sh', ['-c', script, 'sh', path], options)).stdout;
}

/**
 * `initdb` looks up its own account and fails without an entry, as in containers with an arbitrary uid.
 * @throws EmbeddedError
 */
export function requirePasswdEntry(account: OsAccount): void {
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
