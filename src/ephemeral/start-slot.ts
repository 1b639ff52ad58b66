import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLockFile } from '../postgres/create-once';

/**
 * Waits until fewer gateways are starting than there are processors: otherwise fifty concurrent starts would all be
 * so slow that some time out.
 * @returns call when the start has succeeded or failed
 */
export async function waitForStartSlot(cacheDir: string): Promise<() => void> {
  for (;;) {
    for (let slot = 0; slot < availableParallelism(); slot++) {
      const release = tryClaim(cacheDir, `starting-${String(slot)}.lock`);
      if (release !== null) return release;
    }
    await sleep(50 + Math.random() * 100);
  }
}

function tryClaim(cacheDir: string, name: string): (() => void) | null {
  try {
    mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
    return acquireLockFile(join(cacheDir, name));
  } catch {
    // Without a folder for lock files, starts are not limited.
    return () => undefined;
  }
}
