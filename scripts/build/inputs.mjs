import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/**
 * @param {readonly string[]} inputs files and folders, from the root of the repository
 * @returns {string} a digest of their names and contents
 */
export function digestOf(inputs) {
  const hash = createHash('sha256');
  const paths = inputs.map((input) => join(root, input));
  const files = paths.flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : [path]));
  for (const file of files.sort()) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path) {
  const names = readdirSync(path, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
