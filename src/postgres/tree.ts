import * as fs from 'node:fs';
import { join } from 'node:path';

/**
 * Copies a folder's contents into an existing one, with the same modes. Shares blocks if the file system can.
 * Synchronous: faster for some hundred small files than as many promises.
 * @param owner null: the copying account
 */
export function copyTree(from: string, to: string, owner: { uid: number; gid: number } | null): void {
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const mode = fs.statSync(source).mode & 0o7777;
    if (entry.isDirectory()) {
      fs.mkdirSync(target, { mode });
      copyTree(source, target, owner);
    } else {
      fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
    }
    if (owner) fs.chownSync(target, owner.uid, owner.gid);
  }
}

/** Syncs to disk: a file emptied by a power cut would break every later start. */
export function syncTree(folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    const handle = fs.openSync(path, 'r');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
  }
}
