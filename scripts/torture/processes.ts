import { readdirSync, readFileSync } from 'node:fs';

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly title: string;
}

/** What /proc shows; empty on systems without it. */
function all(): Seen[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => seen(Number(name)));
  } catch {
    return [];
  }
}

function seen(pid: number): Seen[] {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name before the last bracket may hold anything, also spaces and brackets.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const title = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trim();
    return [{ pid, parent: Number(parent), title }];
  } catch {
    // It has ended since.
    return [];
  }
}

/** The process and everything below it, parents first. */
export function familyOf(pid: number): number[] {
  const running = all();
  const family = [pid];
  for (const member of family) {
    family.push(...running.filter(({ parent }) => parent === member).map((child) => child.pid));
  }
  return family;
}

/** Children whose command line matches. */
export function childrenOf(pid: number, title: RegExp): number[] {
  return all()
    .filter((one) => one.parent === pid && title.test(one.title))
    .map((one) => one.pid);
}

/** Those that have ended already are passed over. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ESRCH') throw error;
    }
  }
}
