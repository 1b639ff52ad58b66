import { fstatSync, readFileSync } from 'node:fs';

/** How often to check parents (ms). */
const lookEvery = 300;

/**
 * Resolves when the process that started this one is gone. There are two signs:
 * - A pipe on standard input ends, however early: only watching from the start avoids outliving a starter that was
 *   killed at once. A terminal, a file or /dev/null is no sign.
 * - Under npx one of the parents changes: npx forwards a signal only to its shell, and leaves its children behind.
 *   Without npx, a shell may end before its background jobs.
 */
export function waitForStarterExit(underNpm: boolean): Promise<void> {
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

/** The shell started by npx and, if the system reveals it, npx itself. */
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
