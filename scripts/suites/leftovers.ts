import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processes with the mark in their environment, which all that a run starts inherit. */
export function processesWith(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        // A process that has ended, and whose parent has yet to ask, has no command.
        return command === '' ? [] : [`${pid} ${command.slice(0, 160)}`];
      } catch {
        return [];
      }
    });
}

/** What is left of a run some time after its end: processes, and files in its temporary folder. */
export async function leftovers(mark: string, temporary: string, timeoutMs: number): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = [
      ...processesWith(mark),
      ...readdirSync(temporary).filter((name) => name.startsWith('tagway-')),
    ];
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(100);
  }
}
