import { closeSync, existsSync, fstatSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { OsAccount } from './account';
import type { PostgresBinaries } from './binaries';
import { errorCode, EmbeddedError } from './errors';
import { type GuardedProcess, lockedExitStatus, spawnGuarded } from './guard';
import { openLog, readLogSince, rotateLog } from './postgres-log';
import { freeBytes, type PostgresFolders } from './state-folder';

/** Settings of a pool of `pg`; `host` is the socket folder. */
export interface PostgresConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Settings common to all runs of the process. */
export interface PostgresLaunchOptions {
  readonly folder: PostgresFolders;
  readonly account: OsAccount;
  readonly binaries: PostgresBinaries;
  readonly connection: PostgresConnectionSettings;
  readonly maxConnections: number;
  /** further settings of the server, placed before its own */
  readonly settings: Readonly<Record<string, string>>;
  /** called when the process has been started */
  readonly onLaunch?: () => void;
}

/** `held`: another process has the data directory, and may still release it. */
export type PostgresStartOutcome = 'ready' | 'held' | 'failed';

/** milliseconds */
const timeoutsMs = { withoutAnswer: 60_000, fastShutdown: 30_000, immediateShutdown: 10_000 };

/** One run of the Postgres process. */
export class PostgresProcess {
  private readonly guarded: GuardedProcess;
  private readonly logStart: number;
  private hasEnded = false;

  /** @param disregard an unrelated process id that a stale postmaster.pid may hold */
  constructor(
    private readonly launch: PostgresLaunchOptions,
    disregard: number | null,
  ) {
    const { folder, account, binaries, connection } = launch;
    // Left by a guard that was killed alone; the next one would mistake it for a release.
    rmSync(join(connection.host, '.released'), { force: true });
    rotateLog(folder.logFile);
    const log = openLog(folder.logFile);
    try {
      this.logStart = fstatSync(log).size;
      this.guarded = spawnGuarded([binaries.postgres, ...argumentsFor(launch)], {
        account,
        // Postgres treats a lock file of the process named here as stale, but still checks whether any process
        // uses the file's shared memory. The variable exists for pg_ctl, which has the same need.
        environment: { ...binaries.environment, PG_GRANDPARENT_PID: String(disregard ?? process.pid) },
        folder: connection.host,
        lockFile: folder.lockFile,
        output: log,
      });
    } finally {
      closeSync(log);
    }
    const end = (): void => void (this.hasEnded = true);
    this.guarded.exited.then(end, end);
    launch.onLaunch?.();
  }

  /** The exit status; see Guarded. */
  get exited(): Promise<number> {
    return this.guarded.exited;
  }

  /** Its log output. */
  said(): string {
    return readLogSince(this.launch.folder.logFile, this.logStart);
  }

  /**
   * Waits for the first answer to a query: the status in postmaster.pid can be stale. Recovery may take long
   * and reports it to each connection; a process silent for a minute is ended.
   * @throws EmbeddedError
   */
  async untilReady(): Promise<PostgresStartOutcome> {
    let until = Date.now() + timeoutsMs.withoutAnswer;
    for (let delayMs = 3; !this.hasEnded; delayMs = Math.min(delayMs * 1.2, 250)) {
      const answer = hasSocket(this.launch.connection) ? await ask(this.launch.connection) : 'nothing';
      if (answer === 'ready') return 'ready';
      if (answer === 'wrong-password') {
        await this.stop();
        throw wrongPassword(this.launch.folder);
      }
      if (answer === 'starting') until = Date.now() + timeoutsMs.withoutAnswer;
      if (Date.now() > until) await this.stop();
      // Increasing: each try during a recovery is a line in the log.
      await sleep(delayMs);
    }
    const isHeld =
      (await this.exited) === lockedExitStatus ||
      /lock file "postmaster\.pid"|pre-existing shared memory/.test(this.said());
    return isHeld ? 'held' : 'failed';
  }

  /** A fast shutdown: ends sessions, keeps everything acknowledged. Then escalates. */
  async stop(): Promise<void> {
    this.guarded.release();
    if (await this.endsWithin(timeoutsMs.fastShutdown)) return;
    this.signal('SIGQUIT');
    if (await this.endsWithin(timeoutsMs.immediateShutdown)) return;
    this.signal('SIGKILL');
    await this.endsWithin(timeoutsMs.immediateShutdown);
  }

  private async endsWithin(milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
    const ended = this.exited.catch(() => undefined);
    await Promise.race([ended, late]);
    timer.abort();
    return this.hasEnded;
  }

  private signal(name: NodeJS.Signals): void {
    const { pid } = this.guarded.child;
    if (pid !== undefined && !this.hasEnded) process.kill(-pid, name);
  }
}

function argumentsFor({
  folder,
  connection,
  maxConnections,
  settings: given,
}: PostgresLaunchOptions): string[] {
  const settings = {
    listen_addresses: '',
    // A list: an unquoted comma in the path would split it.
    unix_socket_directories: `"${connection.host.replaceAll('"', '""')}"`,
    max_connections: String(maxConnections),
    shared_buffers: `${String(sharedBuffersMegabytes(memory()))}MB`,
    max_wal_size: `${String(walMegabytes(freeBytes(folder.data)))}MB`,
    // The gateway gets statement errors; logging them would grow the log.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // Durable settings, even if they were changed in the data directory.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    ...given,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', folder.data, '-p', String(connection.port), ...flags];
}

/** bytes of the machine, or of the container if fewer */
function memory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}

/**
 * Postgres' own cache, in MiB: an eighth of the memory, between its default and 2 GiB, which hold ten million
 * tags. Memory is taken only on use, so an idle server stays small.
 * @param bytes available memory
 */
export function sharedBuffersMegabytes(bytes: number): number {
  return Math.min(Math.max(Math.floor(bytes / 8 / 2 ** 20), 128), 2048);
}

/**
 * WAL between two checkpoints, in MiB: a sixteenth of the free space, between 256 MiB, so that a small disk is enough,
 * and Postgres' default. After each checkpoint the first change of a page logs it whole, which with many tags is
 * nearly every change.
 * @param bytes free on the disk of the data
 */
export function walMegabytes(bytes: number): number {
  return Math.min(Math.max(Math.floor(bytes / 16 / 2 ** 20), 256), 1024);
}

type Answer = 'ready' | 'starting' | 'wrong-password' | 'nothing';

/** Before it is there, to ask costs more than to look. */
function hasSocket({ host, port }: PostgresConnectionSettings): boolean {
  return existsSync(join(host, `.s.PGSQL.${String(port)}`));
}

async function ask(connection: PostgresConnectionSettings): Promise<Answer> {
  const client = new Client({
    ...connection,
    ssl: false,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  });
  // Without a listener, a lost connection would end the gateway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'ready';
  } catch (error) {
    if (errorCode(error) === '57P03') return 'starting';
    return errorCode(error) === '28P01' ? 'wrong-password' : 'nothing';
  } finally {
    await client.end().catch(() => undefined);
  }
}

function wrongPassword(folder: PostgresFolders): EmbeddedError {
  return new EmbeddedError(
    `The password in ${folder.passwordFile} is not that of the data in ${folder.data}: restore that file from a backup.`,
  );
}
