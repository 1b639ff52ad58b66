import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireSafeFolder, userCacheDir } from '../postgres/safe-folder';
import { keepCompiledCode } from './compiled-code';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Keeps the machine code of the bundle for the next start. Not in a folder below /tmp: what lies in the cache is run, so no
 * other account may write there.
 */
export function useCompileCache(env: Environment, bundle: string): void {
  try {
    const folder = join(userCacheDir(env['TAGWAY_CACHE_DIR'] || null), 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requireSafeFolder(folder);
    keepCompiledCode(folder, bundle);
  } catch {
    // Every start then compiles anew.
  }
}
