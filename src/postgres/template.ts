import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { requireSafeFolder } from './safe-folder';
import type { Log } from './log';
import { createFolderOnce, removeUnusedFolders } from './create-once';
import { copyTree } from './tree';

/**
 * Fills an empty folder.
 * @returns where the contents are: `parts` are paths in `home`
 */
export type MakeClusterTemplate = (stateDir: string) => Promise<{ home: string; parts: readonly string[] }>;

export function templatePath(cacheDir: string, version: string): string {
  return join(cacheDir, `template-${version}`);
}

/**
 * The folder with this version's template, created if missing.
 * @throws what `make` throws, and errors of the file system
 */
export async function prepareTemplate(
  cacheDir: string,
  version: string,
  make: MakeClusterTemplate,
  log: Log,
): Promise<string> {
  const place = templatePath(cacheDir, version);
  fs.mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
  requireSafeFolder(cacheDir);
  const begun = Date.now();
  if (await createFolderOnce(place, (folder) => fill(folder, make))) {
    removeUnusedFolders(place, 'template-');
    log.info('Made the template of a database', { place, milliseconds: Date.now() - begun });
  }
  return place;
}

async function fill(folder: string, make: MakeClusterTemplate): Promise<void> {
  const work = fs.mkdtempSync(join(tmpdir(), 'tagway-template-'));
  try {
    const { home, parts } = await make(work);
    const names = new Set(parts.map((part) => basename(part)));
    for (const name of fs.readdirSync(home)) {
      if (!names.has(name)) fs.rmSync(join(home, name), { recursive: true, force: true });
    }
    copyTree(home, folder, null);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
