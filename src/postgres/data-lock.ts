import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, EmbeddedError } from './errors';
import type { Log } from './log';
import type { PostgresFolders } from './state-folder';

/** The holder of the data directory per postmaster.pid, which may be left from a crash. */
interface Holder {
  readonly pid: number;
  /** `other`: certainly no Postgres on this directory, its id was reused; `unknown`: not visible */
  readonly is: 'postmaster' | 'other' | 'unknown';
}

/**
 * Waits until no live process holds the data directory: the holder may be about to end, or not yet reaped.
 * Never removes the file or signals the process; Postgres itself decides about a stale file.
 * @param until milliseconds since 1970
 * @returns the process id in the file, if that process is known to be unrelated
 * @throws EmbeddedError
 */
export async function waitForDataRelease(
  folder: PostgresFolders,
  until: number,
  log: Log,
): Promise<number | null> {
  for (let round = 0; ; round++) {
    const holder = holderOf(folder.data);
    if (holder === null) return null;
    if (holder.is === 'other') return holder.pid;
    if (Date.now() >= until) {
      if (holder.is === 'postmaster') throw dataInUseError(folder);
      return null;
    }
    if (round === 0) log.info('Waiting for another process to leave the data directory', { pid: holder.pid });
    await sleep(50);
  }
}

export function dataInUseError(folder: PostgresFolders): EmbeddedError {
  const pid = pidInFile(folder.data);
  return new EmbeddedError(
    `Data directory in use by ${pid === null ? 'another process' : `process ${String(pid)}`}: ` +
      `stop the Tagway that works on ${folder.state}, or set TAGWAY_STATE_DIR to another folder.`,
  );
}

/** Whether a Postgres visibly uses the data directory now. */
export function isDataInUse(data: string): boolean {
  const holder = holderOf(data);
  return holder !== null && holder.is !== 'other';
}

/** Socket folder of a Postgres that ended without cleanup: the fifth line of the file it left. */
export function abandonedSocketDir(data: string): string | null {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[4] ?? null;
  } catch {
    return null;
  }
}

function pidInFile(data: string): number | null {
  try {
    // Negative for a Postgres in single-user mode.
    const pid = Math.abs(parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10));
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function holderOf(data: string): Holder | null {
  const pid = pidInFile(data);
  if (pid === null || !isThere(pid)) return null;
  return { pid, is: whatIs(pid, data) };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A postmaster's working directory is its data directory, set before it writes the file. */
function whatIs(pid: number, data: string): Holder['is'] {
  try {
    const [there, here] = [statSync(`/proc/${String(pid)}/cwd`), statSync(data)];
    return there.dev === here.dev && there.ino === here.ino ? 'postmaster' : 'other';
  } catch {
    return isZombie(pid) ? 'other' : 'unknown';
  }
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
