import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './errors';
import type { Log } from './log';
import { putInPlace, unfinishedName } from './state-folder';
import { copyTree, syncTree } from './tree';

/**
 * Makes the contents in an empty folder.
 * @returns where they are: `parts` are paths in `home`
 */
export type MakeTemplate = (stateDir: string) => Promise<{ home: string; parts: readonly string[] }>;

/** milliseconds */
const pace = { look: 50, heartbeat: 1_000, stale: 10_000, forgotten: 30 * 86_400_000 };

/**
 * The folder with the template of this version. It is made when it is missing: by one of many that start at once,
 * the others wait for it. It gets its name when it is whole, so nobody meets half of one.
 * @throws what `make` throws, and errors of the file system
 */
export async function templateIn(
  cacheDir: string,
  version: string,
  make: MakeTemplate,
  log: Log,
): Promise<string> {
  const place = join(cacheDir, `template-${version}`);
  fs.mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
  requireOwn(cacheDir);
  while (!fs.existsSync(place)) {
    const release = claim(`${place}.lock`);
    if (release === null) {
      await sleep(pace.look);
      continue;
    }
    try {
      if (!fs.existsSync(place)) await fill(place, make, log);
    } finally {
      release();
    }
  }
  const now = new Date();
  fs.utimesSync(place, now, now);
  return place;
}

async function fill(place: string, make: MakeTemplate, log: Log): Promise<void> {
  const begun = Date.now();
  const work = fs.mkdtempSync(join(tmpdir(), 'tagway-template-'));
  const made = unfinishedName(place);
  try {
    const { home, parts } = await make(work);
    const names = new Set(parts.map((part) => basename(part)));
    for (const name of fs.readdirSync(home)) {
      if (!names.has(name)) fs.rmSync(join(home, name), { recursive: true, force: true });
    }
    fs.mkdirSync(made, { mode: 0o700 });
    copyTree(home, made, null);
    syncTree(made);
    putInPlace(made, place);
  } finally {
    for (const folder of [work, made]) fs.rmSync(folder, { recursive: true, force: true });
  }
  removeForgotten(place);
  log.info('Made the template of a database', { place, milliseconds: Date.now() - begun });
}

/** What another account can write must not become a database. */
function requireOwn(folder: string): void {
  const { uid, mode } = fs.statSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${folder} belongs to another account, or others may write to it`);
  }
}

/**
 * A file that its maker touches while it works: one that is left by a process that died is taken over.
 * @returns null while somebody else has it
 */
export function claim(file: string): (() => void) | null {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
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

/** Renamed first, so that of several who find it stale none removes the next one's. */
function removeStale(file: string): void {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (!found || Date.now() - found.mtimeMs < pace.stale) return;
  const aside = unfinishedName(file);
  try {
    fs.renameSync(file, aside);
    fs.rmSync(aside, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Templates of other versions that nobody has used for a month, and what starts that died have left. */
function removeForgotten(place: string): void {
  const cacheDir = join(place, '..');
  for (const name of fs.readdirSync(cacheDir).filter((one) => one.startsWith('template-'))) {
    const path = join(cacheDir, name);
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (found && path !== place && Date.now() - found.mtimeMs > pace.forgotten) {
      fs.rmSync(path, { recursive: true, force: true });
    }
  }
}
