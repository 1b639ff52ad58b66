import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a finished folder at its place, whole and at once. Of two builds at a time the later one to end keeps what the
 * other has made of the same sources.
 */
export function replaceFolder(made, place) {
  mkdirSync(dirname(place), { recursive: true });
  const old = `${place}.old.${process.pid}`;
  try {
    if (existsSync(place)) renameSync(place, old);
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}
