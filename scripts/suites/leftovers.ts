import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** By what the processes and files of one run are known. */
export interface Traces {
  /** Stands in the environment, which all that the run starts inherit. */
  readonly mark: string;
  /** Its folder for temporary files, which holds the state of the gateway. */
  readonly temporary: string;
}

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes of Postgres overwrite their environment: they are known by the folder that they work in. */
export function processesOf({ mark, temporary }: Traces): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        // A process that has ended, and whose parent has yet to ask for its status, has no command.
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        const isOurs =
          command.includes(temporary) ||
          readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark) ||
          readlinkSync(`/proc/${pid}/cwd`).startsWith(temporary);
        return isOurs && command !== '' ? [{ pid: Number(pid), command: command.slice(0, 160) }] : [];
      } catch {
        return [];
      }
    });
}

/** What is left of a run when it is over, or after a time limit: processes, and files of Tagway. */
export async function leftovers(traces: Traces, timeoutMs: number): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = [
      ...processesOf(traces).map(({ pid, command }) => `${String(pid)} ${command}`),
      ...readdirSync(traces.temporary).filter((name) => name.startsWith('tagway-')),
    ];
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(100);
  }
}

/** So that the next run is not affected. */
export function killAll(traces: Traces): void {
  for (const { pid } of processesOf(traces)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
