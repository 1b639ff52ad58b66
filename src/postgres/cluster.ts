import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { type OsAccount, requirePasswdEntry } from './account';
import type { PostgresBinaries } from './binaries';
import { EmbeddedError } from './errors';
import { spawnGuarded } from './guard';
import {
  freeBytes,
  moveIntoPlace,
  type PostgresFolders,
  unfinishedPath,
  unwritableFolderError,
} from './state-folder';

export const databaseUser = 'app';

/** The built-in provider gives the same order and case rules on every machine, whatever its locales. */
const locale = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** bytes: a new cluster takes 40 MB, and soon needs another WAL segment of 16 MB */
const roomToBegin = 80 * 2 ** 20;

/**
 * Creates the data directory if it is missing: under another name, renamed when complete, so that neither a
 * crash nor a second gateway at the same moment can leave or meet half of one.
 * @param more further arguments of `initdb`
 * @returns true if this call created it
 * @throws EmbeddedError
 */
export async function prepareCluster(
  folder: PostgresFolders,
  account: OsAccount,
  binaries: PostgresBinaries,
  more: readonly string[] = [],
): Promise<boolean> {
  if (fs.existsSync(folder.data) && fs.readdirSync(folder.data).length > 0) {
    checkVersion(folder, binaries);
    if (!account.isOther) checkOwner(folder, account);
    return false;
  }
  requirePasswdEntry(account);
  const free = freeBytes(folder.home);
  if (free < roomToBegin) {
    throw new EmbeddedError(
      `Only ${formatMegabytes(free)} MB are free in ${folder.state}, and a new database needs ${formatMegabytes(roomToBegin)} MB: ` +
        'make room, or set TAGWAY_STATE_DIR to another folder.',
    );
  }
  const made = unfinishedPath(folder.data);
  try {
    makePassword(folder, account);
    fs.mkdirSync(made, { mode: 0o700 });
    if (account.isOther) fs.chownSync(made, account.uid, account.gid);
    await initialize(made, folder, account, binaries, more);
    return moveIntoPlace(made, folder.data);
  } catch (error) {
    fs.rmSync(made, { recursive: true, force: true });
    throw unwritableFolderError(folder.state, error);
  }
}

/** Major versions need a dump and restore; Postgres itself would only refuse to start. */
function checkVersion(folder: PostgresFolders, binaries: PostgresBinaries): void {
  const file = join(folder.data, 'PG_VERSION');
  if (!fs.existsSync(file)) {
    throw new EmbeddedError(
      `${folder.data} is not empty and holds no Postgres data: move it away, or set TAGWAY_STATE_DIR to another folder.`,
    );
  }
  const written = fs.readFileSync(file, 'utf8').trim();
  const brought = binaries.version.split('.')[0] ?? '';
  if (written !== brought) {
    throw new EmbeddedError(
      `The data in ${folder.data} were written by Postgres ${written} and this Tagway brings Postgres ${brought}: ` +
        'start the Tagway that wrote them, or take them over: "tagway export" with that Tagway, then move the state ' +
        'folder aside and "tagway import" with this one (docs/backup.md, "To another major version of Postgres").',
    );
  }
}

function checkOwner(folder: PostgresFolders, account: OsAccount): void {
  const { uid } = fs.statSync(folder.data);
  if (uid === account.uid) return;
  throw new EmbeddedError(
    `The data in ${folder.data} belong to uid ${String(uid)} and Tagway runs as ${account.name}: ` +
      'start it as the owner, or set TAGWAY_STATE_DIR to another folder.',
  );
}

/** Kept from an earlier try if it exists: two gateways that start at once must agree on it. */
function makePassword(folder: PostgresFolders, account: OsAccount): void {
  if (fs.existsSync(folder.passwordFile)) return;
  const made = unfinishedPath(folder.passwordFile);
  fs.writeFileSync(made, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
  if (account.isOther) fs.chownSync(made, account.uid, account.gid);
  moveIntoPlace(made, folder.passwordFile);
}

/** @throws EmbeddedError if the file is gone: the data hold only its hash */
export function readDatabasePassword(folder: PostgresFolders): string {
  try {
    return fs.readFileSync(folder.passwordFile, 'utf8').trim();
  } catch (error) {
    throw new EmbeddedError(
      `The password of the database cannot be read from ${folder.passwordFile}: restore that file from a backup.`,
      { cause: error },
    );
  }
}

async function initialize(
  made: string,
  folder: PostgresFolders,
  account: OsAccount,
  binaries: PostgresBinaries,
  more: readonly string[],
): Promise<void> {
  const password = `--pwfile=${folder.passwordFile}`;
  const command = [
    binaries.initdb,
    '-D',
    made,
    '-U',
    databaseUser,
    '-A',
    'scram-sha-256',
    password,
    ...locale,
    ...more,
  ];
  const initdb = spawnGuarded(command, {
    account,
    environment: binaries.environment,
    folder: made,
    lockFile: null,
    output: 'pipe',
  });
  const said: Buffer[] = [];
  for (const stream of [initdb.child.stdout, initdb.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => said.push(chunk));
  }
  const exit = await initdb.exited;
  if (exit === 0) return;
  throw new EmbeddedError(
    `The database could not be made in ${folder.home} (status ${String(exit)}); ` +
      `mend what initdb says here and start again:\n${Buffer.concat(said).toString().trim()}`,
  );
}

export function formatMegabytes(bytes: number): string {
  return String(Math.floor(bytes / 2 ** 20));
}
