import * as fs from 'node:fs';
import { errorCode } from './errors';

/** bytes; with one older file kept, the log takes about twice as much */
const longest = 10 * 2 ** 20;

/** A full log becomes `<file>.1`. It is copied, not renamed: a running Postgres keeps writing to the same file. */
export function rotateLog(file: string, limit: number = longest): void {
  const found = fs.lstatSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size <= limit) return;
  fs.rmSync(`${file}.1`, { force: true });
  try {
    fs.copyFileSync(file, `${file}.1`, fs.constants.COPYFILE_EXCL);
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error;
    // On a full disk, space matters more than an old log.
    fs.rmSync(`${file}.1`, { force: true });
  }
  fs.truncateSync(file);
}

/** @returns a descriptor that always writes at the end */
export function openLog(file: string): number {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = fs.constants;
  return fs.openSync(file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
}

/** The log after its first `from` bytes, at most the last 4000 bytes; empty if unreadable. */
export function readLogSince(file: string, from: number): string {
  try {
    const { size } = fs.statSync(file);
    const start = Math.max(size < from ? 0 : from, size - 4000);
    return fs.readFileSync(file).subarray(start).toString().trim();
  } catch {
    return '';
  }
}
