import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Removes the folder when the process that holds the pipe is gone, however it ended. By then Postgres is also
 * stopping, and is waited for: it would write into a folder that is being removed.
 */
const script = `
trap '' HUP INT QUIT TERM
read -r _
tries=0
while [ -e "$1/postgres/data/postmaster.pid" ] && [ "$tries" -lt 60 ]; do sleep 0.5; tries=$((tries + 1)); done
while [ -e "$1" ] && [ "$tries" -lt 80 ]; do rm -rf "$1" || sleep 0.5; tries=$((tries + 1)); done
`;

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A new folder that disappears with this process. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'tagway-ephemeral-'));
  const watcher = spawn('/bin/sh', ['-c', script, 'tagway-ephemeral', path], {
    cwd: '/',
    // Its own process group, so that Ctrl-C reaches only the gateway.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without the watcher, an ordinary stop still removes the folder.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
