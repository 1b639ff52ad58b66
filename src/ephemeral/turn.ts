import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claim } from '../postgres/made-once';

/**
 * Waits until fewer gateways are starting than there are processors: fifty that begin at once would otherwise all
 * be so slow that their own time limits end some of them.
 * @returns to be called when the start is over, well or not
 */
export async function startingTurn(cacheDir: string): Promise<() => void> {
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
    return claim(join(cacheDir, name));
  } catch {
    // Without a folder for the files each starts at once.
    return () => undefined;
  }
}
