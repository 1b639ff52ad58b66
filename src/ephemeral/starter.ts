import { fstatSync, readFileSync } from 'node:fs';

/** How often parents are looked at (ms). */
const lookEvery = 300;

/**
 * Resolves when the process that started this one is gone. There are two signs:
 * - A pipe on standard input ends, however early: to watch from the first moment is the only way not to outlive a
 *   starter that was killed at once. A terminal, a file or /dev/null is no sign.
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
  }, lookEvery).unref();
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
  stdin.once('end', gone).once('close', gone).once('error', gone).resume();
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
