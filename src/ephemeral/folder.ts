import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, rmSync, statfsSync } from 'node:fs';
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

/**
 * A new folder that disappears with this process. It is made after its watcher is started: a process that is killed in
 * between leaves nothing.
 */
export function createTemporaryFolder(): TemporaryFolder {
  const path = join(parentFolder(), `tagway-ephemeral-${randomBytes(6).toString('hex')}`);
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
  mkdirSync(path, { mode: 0o700 });
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      watcher.stdin.end();
    },
  };
}

/** In memory, on Linux: to make the 500 files of a database there takes a tenth of the time. */
const memory = '/dev/shm';
/** bytes free; containers have 64 MB, and image data lie there, too */
const roomInMemory = 4 * 2 ** 30;

/** A folder that was chosen by TMPDIR is used; else memory with much room, else the system's. */
function parentFolder(): string {
  const usual = tmpdir();
  if (usual !== '/tmp') return usual;
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= roomInMemory ? memory : usual;
  } catch {
    return usual;
  }
}
