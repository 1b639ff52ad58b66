import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './errors';
import { moveIntoPlace, unfinishedPath } from './state-folder';
import { syncTree } from './tree';

/** milliseconds */
const pace = { look: 50, heartbeat: 1_000, stale: 10_000, forgotten: 30 * 86_400_000 };

/**
 * Creates a folder that many starts share. Of several processes that miss it at once one creates it and the
 * others wait. It gets its name when it is complete and on disk, so no process meets half of one.
 * @param fill writes the contents into an empty folder
 * @returns true if this call created it
 */
export async function createFolderOnce(
  place: string,
  fill: (folder: string) => Promise<void> | void,
): Promise<boolean> {
  while (!fs.existsSync(place)) {
    const release = acquireLockFile(`${place}.lock`);
    if (release === null) {
      await sleep(pace.look);
      continue;
    }
    try {
      if (!fs.existsSync(place)) return await make(place, fill);
    } finally {
      release();
    }
  }
  markFolderUsed(place);
  return false;
}

async function make(place: string, fill: (folder: string) => Promise<void> | void): Promise<boolean> {
  const made = unfinishedPath(place);
  try {
    fs.mkdirSync(made, { mode: 0o700 });
    await fill(made);
    syncTree(made);
    return moveIntoPlace(made, place);
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

/** Marks it as used; see removeUnusedFolders. */
export function markFolderUsed(place: string): void {
  const now = new Date();
  try {
    fs.utimesSync(place, now, now);
  } catch {
    // Owned by another account, or on a read-only disk: then it is never removed here either.
  }
}

/** Removes folders beside `place` with the same prefix that were unused for a month. */
export function removeUnusedFolders(place: string, prefix: string): void {
  const parent = dirname(place);
  for (const name of fs.readdirSync(parent).filter((one) => one.startsWith(prefix))) {
    const found = fs.statSync(join(parent, name), { throwIfNoEntry: false });
    if (found && name !== basename(place) && Date.now() - found.mtimeMs > pace.forgotten) {
      fs.rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
}

/**
 * A lock file that its owner touches while it works; one left by a dead process is taken over.
 * @returns null while another process holds it
 */
export function acquireLockFile(file: string): (() => void) | null {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    removeStale(file);
    return null;
  }
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => undefined);
  }, pace.heartbeat).unref();
  return () => {
    clearInterval(beat);
    fs.rmSync(file, { force: true });
  };
}

/** Renamed first, so that of several processes that find it stale none removes its successor. */
function removeStale(file: string): void {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (!found || Date.now() - found.mtimeMs < pace.stale) return;
  const aside = unfinishedPath(file);
  try {
    fs.renameSync(file, aside);
    fs.rmSync(aside, { force: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
