import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type OsAccount, findClosedParent } from './account';
import { errorCode, EmbeddedError } from './errors';

/** A socket address holds 107 bytes (sockaddr_un, less its closing zero); 103 on macOS. */
const longestSocketPath = 103;
const socketName = '.s.PGSQL.5432';

/** Paths. Everything of Postgres is below `home`; the state folder itself is the gateway's. */
export interface PostgresFolders {
  readonly state: string;
  readonly home: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly logFile: string;
  /** held with flock(1), if available, as long as a process of Postgres lives */
  readonly lockFile: string;
}

/** The setting; else /var/lib/tagway for root, `.tagway` in the working directory for others. */
export function chooseStateDir(setting: string | null): string {
  if (setting !== null) return resolve(setting);
  return process.getuid?.() === 0 ? '/var/lib/tagway' : resolve('.tagway');
}

export function postgresFolders(state: string): PostgresFolders {
  const home = join(state, 'postgres');
  return {
    state,
    home,
    data: join(home, 'data'),
    passwordFile: join(home, 'password'),
    logFile: join(home, 'postgres.log'),
    lockFile: join(home, 'lock'),
  };
}

/**
 * Creates the folders, closed to other accounts. If Postgres runs under another account than the gateway, that
 * account may traverse but neither list nor change them: it owns only what it must write. So root never follows
 * a link that a weaker account put there.
 * @throws EmbeddedError
 */
export async function preparePostgresFolders(folder: PostgresFolders, account: OsAccount): Promise<void> {
  try {
    makeParents(folder.state, account);
    makeFolder(folder.state, account.isOther ? 0o711 : 0o700);
    if (account.isOther) allowTraversal(folder.state);
    const isNew = makeFolder(folder.home, account.isOther ? 0o710 : 0o700);
    if (isNew && account.isOther) fs.chownSync(folder.home, 0, account.gid);
    for (const each of [folder.state, folder.home])
      fs.accessSync(each, fs.constants.W_OK | fs.constants.X_OK);
    if (account.isOther) makeFileOf(account, folder.lockFile);
  } catch (error) {
    throw unwritableFolderError(folder.state, error);
  }
  const closed = await findClosedParent(account, folder.home);
  if (closed !== null) {
    throw new EmbeddedError(
      `Postgres must run under the account "${account.name}", which may not pass the folder ${closed}: ` +
        'set TAGWAY_STATE_DIR to a folder below ones that everybody may pass, such as /var/lib/tagway.',
    );
  }
}

/** The sentence for an unusable state folder; other errors stay as they are. */
export function unwritableFolderError(state: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  return new EmbeddedError(
    `The state folder ${state} cannot be written by uid ${String(process.getuid?.())} (${code}): ` +
      'set TAGWAY_STATE_DIR to a folder that it can write.',
    { cause: error },
  );
}

function makeParents(folder: string, account: OsAccount): void {
  const first = fs.mkdirSync(dirname(folder), { recursive: true });
  if (first === undefined || !account.isOther) return;
  // Under root's strict umask the account could not traverse the new parents.
  for (let made = dirname(folder); made.length >= first.length; made = dirname(made))
    fs.chmodSync(made, 0o755);
}

/** @returns true if it did not exist */
function makeFolder(folder: string, mode: number): boolean {
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && fs.statSync(folder).isDirectory()) return false;
    throw error;
  }
  fs.chmodSync(folder, mode);
  return true;
}

/** A folder that root created beforehand, as with mkdtemp. */
export function allowTraversal(folder: string): void {
  const { uid, mode } = fs.statSync(folder);
  if (uid === 0 && (mode & 0o011) !== 0o011) fs.chmodSync(folder, (mode & 0o7777) | 0o011);
}

function makeFileOf(account: OsAccount, file: string): void {
  const handle = fs.openSync(
    file,
    fs.constants.O_CREAT | fs.constants.O_APPEND | fs.constants.O_NOFOLLOW,
    0o600,
  );
  fs.fchownSync(handle, account.uid, account.gid);
  fs.closeSync(handle);
}

/**
 * A new folder for the socket, which only the account may enter. It is in the system's temporary folder because
 * a path in the state folder may be too long for a socket.
 * @param first a folder to be tried before that one
 * @throws EmbeddedError
 */
export async function makeSocketDir(account: OsAccount, first: string | null): Promise<string> {
  for (const parent of new Set([
    ...(first === null ? [] : [first]),
    tmpdir(),
    '/tmp',
    '/var/tmp',
    '/dev/shm',
  ])) {
    if (Buffer.byteLength(join(parent, 'tagway-XXXXXX', socketName)) > longestSocketPath) continue;
    try {
      const made = fs.mkdtempSync(join(parent, 'tagway-'));
      if (account.isOther) fs.chownSync(made, account.uid, account.gid);
      if ((await findClosedParent(account, made)) === null) return made;
      fs.rmdirSync(made);
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
    }
  }
  throw new EmbeddedError(
    'No folder for temporary files can hold the socket of the embedded Postgres: ' +
      'set TMPDIR to one that is writable and has a path of at most 75 bytes.',
  );
}

/** Removes only a folder that makeSocketDir created: its path was read from a file of the account's. */
export function removeSocketDir(folder: string, account: OsAccount): void {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!/\/tagway-\w{6}$/.test(folder) || found?.isDirectory() !== true || found.uid !== account.uid) return;
  for (const name of [socketName, `${socketName}.lock`, '.released'])
    fs.rmSync(join(folder, name), { force: true });
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

/** Moves a finished file or folder into place; an existing one stays. */
export function moveIntoPlace(made: string, place: string): boolean {
  try {
    // The system itself refuses if the place is taken, so two gateways cannot both win.
    if (fs.statSync(made).isDirectory()) fs.renameSync(made, place);
    else fs.linkSync(made, place);
    syncFolder(dirname(place));
    return true;
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) throw error;
    return false;
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    // Some network file systems do not support it for folders.
    if (errorCode(error) !== 'EINVAL') throw error;
  } finally {
    fs.closeSync(handle);
  }
}

/** A temporary name for `putInPlace`. */
export function unfinishedPath(place: string): string {
  return `${place}.part-${randomBytes(4).toString('hex')}`;
}

/** Removes leftovers of interrupted starts, once old enough to be unused. */
export function removeUnfinished({ home }: PostgresFolders): void {
  const tenMinutesAgo = Date.now() - 600_000;
  for (const name of fs.readdirSync(home)) {
    const found = name.includes('.part-')
      ? fs.statSync(join(home, name), { throwIfNoEntry: false })
      : undefined;
    if (found !== undefined && found.mtimeMs < tenMinutesAgo)
      fs.rmSync(join(home, name), { recursive: true, force: true });
  }
}

/** Bytes that an ordinary account can still write there. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}
