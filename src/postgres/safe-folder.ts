import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where templates, programs and compiled code are kept between starts: the setting, else in the home folder. */
export function userCacheDir(setting: string | null): string {
  return setting === null ? join(homedir(), '.cache', 'tagway') : resolve(setting);
}

export class UnsafeFolder extends Error {}

/** @throws Error if another account can write it: it must become neither a database nor a program */
export function requireSafeFolder(folder: string): void {
  const [link, found] = [fs.lstatSync(folder), fs.statSync(folder)];
  const isOwn = [link, found].every(({ uid }) => uid === process.getuid?.() || uid === 0);
  if (found.isDirectory() && isOwn && (found.mode & 0o022) === 0) return;
  throw new UnsafeFolder(`${folder} is no folder, belongs to another account, or others may write to it`);
}
