import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { requireSafeFolder, userCacheDir } from '../postgres/safe-folder';

type Environment = Readonly<Record<string, string | undefined>>;

/** From Node 22.8. */
const { enableCompileCache } = nodeModule as {
  readonly enableCompileCache?: (folder: string) => unknown;
};

/**
 * Has Node keep the machine code of what it loads, for the next start. Not in Node's own folder below /tmp: what lies
 * in the cache is run, so no other account may write there.
 */
export function useCompileCache(env: Environment): void {
  if (enableCompileCache === undefined) return;
  try {
    const folder = join(userCacheDir(env['TAGWAY_CACHE_DIR'] || null), 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requireSafeFolder(folder);
    enableCompileCache(folder);
  } catch {
    // Every start then compiles anew.
  }
}
