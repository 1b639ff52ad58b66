import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux: USER_HZ has been 100 since Linux 2.4. */
const microsecondsPerTick = 10_000;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    // The name before the last bracket may hold anything, also spaces and brackets.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** CPU time of a process and of its children that are alive, in microseconds. */
export function cpuOf(pid: number, withChildren: boolean): number {
  const all = withChildren ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [String(pid)];
  const ticks = all
    .map((name) => ({ name, stat: statOf(Number(name)) }))
    .filter(({ name, stat }) => Number(name) === pid || stat?.parent === pid)
    .reduce((sum, { stat }) => sum + (stat?.ticks ?? 0), 0);
  return ticks * microsecondsPerTick;
}

/** Resident memory in MiB: now, and the most that it ever was. */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const kibibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { now: kibibytes('VmRSS') / 1024, most: kibibytes('VmHWM') / 1024 };
}
