import { fstatSync, readFileSync } from 'node:fs';

/** milliseconds */
const pace = { look: 300, soon: 5_000 };

/**
 * Resolves when whoever started this process is gone. Two things tell it:
 * - A pipe on standard input ends that had been open for a while. One that ends at once, such as that of a job in
 *   the background, tells nothing, nor does a terminal.
 * - Under npx one of the parents changes: npx passes a signal on to its shell alone, and leaves what runs in it behind.
 *   Started otherwise, a shell may well end before its background jobs.
 */
export function starterGone(underNpm: boolean): Promise<void> {
  return new Promise((gone) => {
    if (underNpm) watchParent(gone);
    if (isPipe()) watchInput(gone);
  });
}

function watchParent(gone: () => void): void {
  const first = parents();
  const timer = setInterval(() => {
    if (parents() === first) return;
    clearInterval(timer);
    gone();
  }, pace.look).unref();
}

/** The shell that npx began and, where the system tells it, npx itself. */
function parents(): string {
  const shell = String(process.ppid);
  try {
    const npx = /\) \S (\d+)/.exec(readFileSync(`/proc/${shell}/stat`, 'utf8'))?.[1] ?? '';
    return `${shell} ${npx}`;
  } catch {
    return shell;
  }
}

function watchInput(gone: () => void): void {
  const { stdin } = process;
  const begun = Date.now();
  const ended = (): void => {
    if (Date.now() - begun > pace.soon) gone();
  };
  stdin.once('end', ended).once('close', ended).once('error', ended).resume();
  stdin.unref();
}

function isPipe(): boolean {
  try {
    const found = fstatSync(0);
    return found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}
