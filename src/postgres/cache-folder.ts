import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type OsAccount, findClosedParent } from './account';
import { errorCode } from './errors';
import { requireSafeFolder, UnsafeFolder, userCacheDir } from './safe-folder';
import { allowTraversal } from './state-folder';

/**
 * Characters that break Postgres' programs in a path: LD_LIBRARY_PATH cannot quote the first two, and `initdb`
 * starts `postgres` through a shell with its path in double quotes.
 */
const unsafeInPath = /[:;"$`\\\n]/;

export function isSafePath(path: string): boolean {
  return !unsafeInPath.test(path);
}

/**
 * Folders to try for programs that cannot run where they are installed, in order. Root's home is closed to the
 * account that Postgres runs under, so root begins with the machine's cache.
 */
export function programFolders(setting: string | null, account: OsAccount): readonly string[] {
  const own = `tagway-${String(process.getuid?.() ?? 0)}`;
  const chosen = setting === null ? [] : [resolve(setting)];
  const usual = account.isOther ? ['/var/cache/tagway'] : homeCache();
  const folders = [...chosen, ...usual, join('/var/tmp', own), join(tmpdir(), own)];
  return [...new Set(folders)].filter(isSafePath);
}

function homeCache(): string[] {
  try {
    return [userCacheDir(null)];
  } catch {
    // No HOME, and no entry in the passwd database.
    return [];
  }
}

/**
 * Creates the folder if needed.
 * @returns whether programs in it can be trusted and reached: no other account can put anything there, or move a
 * folder above it aside, and the account that Postgres runs under can traverse it
 */
export async function isFolderUsable(folder: string, account: OsAccount): Promise<boolean> {
  try {
    const mode = account.isOther ? 0o755 : 0o700;
    const first = fs.mkdirSync(folder, { recursive: true, mode });
    // The process' umask may be stricter.
    for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made))
      fs.chmodSync(made, mode);
    requireSafeFolder(folder);
    for (const path of [folder, fs.realpathSync(folder)]) requireSafeParents(path);
    if (account.isOther) allowTraversal(folder);
    return (await findClosedParent(account, folder)) === null;
  } catch (error) {
    if (errorCode(error) === undefined && !(error instanceof UnsafeFolder)) throw error;
    return false;
  }
}

/** Root trusts no group; a user's own group often holds only the user. In a sticky folder entries are safe. */
function requireSafeParents(path: string): void {
  const own = process.getuid?.() ?? 0;
  const writers = own === 0 ? 0o022 : 0o002;
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const { uid, mode } = fs.statSync(parent);
    const isSafe = (uid === own || uid === 0) && ((mode & writers) === 0 || (mode & 0o1000) !== 0);
    if (!isSafe) throw new UnsafeFolder(`others may move what is in ${parent}`);
    if (parent === dirname(parent)) return;
  }
}
