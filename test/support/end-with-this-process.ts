import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * A child that a failed test leaves behind must not keep jest waiting, and is killed when this process ends, however it
 * ends. Jest gives tests a copy of `process`, whose `exit` is never emitted, so a pipe is the sign.
 */
export function endWithThisProcess(child: ChildProcess): void {
  release(child);
  const script = 'read -r ended || kill -KILL "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'watcher', String(child.pid)], {
    // Its own process group, so that Ctrl-C does not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.stdin.on('error', () => undefined);
  release(watcher);
  child.once('exit', () => watcher.stdin.end('ended\n'));
}

function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
}
