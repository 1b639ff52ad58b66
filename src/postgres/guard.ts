import { type ChildProcess, spawn } from 'node:child_process';
import { type OsAccount, spawnCredentials } from './account';
import { errorCode, EmbeddedError } from './errors';

/** The guard's exit status if another process holds the lock file. */
export const lockedExitStatus = 75;

/**
 * Runs a program for as long as the gateway lives, even if that is killed without a chance to clean up:
 * end-of-file on the pipe from the gateway means that it is gone or releases the program. Then the program gets
 * SIGINT (a fast shutdown for Postgres) until it ends, and its temporary folder is removed.
 *
 * - It ignores signals that a service manager sends to all processes: the gateway drains first.
 * - It repeats SIGINT: a program that has just started may not handle it yet.
 * - The lock, on file descriptor 9, is inherited by every process of Postgres and ends with the last one. It
 *   also works between containers, whose process ids are unrelated. Not every system has flock; Postgres' own
 *   lock always exists.
 */
const script = `
trap '' HUP INT QUIT TERM
folder=$1 lock=$2
shift 2
exec 3<&0
if [ -n "$lock" ]; then
  exec 9>>"$lock"
  if command -v flock >/dev/null && ! flock -n 9; then exit ${String(lockedExitStatus)}; fi
fi
"$@" </dev/null 3<&- &
program=$!
(
  read -r _ <&3
  : >"$folder/.released"
  while kill -INT "$program"; do sleep 1; done
) 9>&- >/dev/null 2>&1 &
watcher=$!
wait "$program"
status=$?
{ kill -KILL "$watcher"; wait "$watcher"; } 2>/dev/null
if [ -e "$folder/.released" ]; then rm -rf "$folder"; fi
exit "$status"
`;

export interface GuardedProcess {
  readonly child: ChildProcess;
  /** The program's exit status; 128 and more: ended by a signal. Rejects if the guard cannot be started. */
  readonly exited: Promise<number>;
  /** Releases the program: it is asked to end. */
  release(): void;
}

export interface GuardedOptions {
  readonly account: OsAccount;
  readonly environment: Readonly<Record<string, string>>;
  /** removed when the gateway releases the program or dies */
  readonly folder: string;
  readonly lockFile: string | null;
  /** a file descriptor for the program's stderr, or `pipe` for both outputs */
  readonly output: number | 'pipe';
}

export function spawnGuarded(command: readonly string[], options: GuardedOptions): GuardedProcess {
  const { account, environment, folder, lockFile, output } = options;
  const child = spawn('/bin/sh', ['-c', script, 'tagway-guard', folder, lockFile ?? '', ...command], {
    ...spawnCredentials(account),
    env: environment,
    cwd: '/',
    // Its own process group, so that Ctrl-C reaches only the gateway.
    detached: true,
    stdio: ['pipe', output === 'pipe' ? 'pipe' : 'ignore', output],
  });
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', (error) => {
      reject(cannotSpawn(error));
    });
    child.on('close', (status) => {
      // If only the guard was killed, its watcher still waits for this.
      child.stdin?.destroy();
      resolve(status ?? 255);
    });
  });
  exited.catch(() => undefined);
  return { child, exited, release: () => child.stdin?.destroy() };
}

function cannotSpawn(error: Error): EmbeddedError {
  return new EmbeddedError(
    `The embedded Postgres cannot be started (${errorCode(error) ?? error.message}), it needs /bin/sh and, for root, the right ` +
      'to run programs under another account: set DATABASE_URL to a Postgres of your own.',
    { cause: error },
  );
}
