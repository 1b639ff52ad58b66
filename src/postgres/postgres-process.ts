import { closeSync, fstatSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { codeOf, EmbeddedError } from './errors';
import { type Guarded, lockedStatus, spawnGuarded } from './guard';
import { openLog, readLogSince, trimLog } from './postgres-log';
import { freeBytes, type StateFolder } from './state-folder';

/** What a pool of `pg` needs; `host` is the folder of the socket. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** All that is the same in each life of the process. */
export interface Launch {
  readonly folder: StateFolder;
  readonly account: Account;
  readonly binaries: Binaries;
  readonly connection: Connection;
  readonly maxConnections: number;
  /** further settings of the server, which go before those that it has anyway */
  readonly settings: Readonly<Record<string, string>>;
}

/** `held`: another process has the data directory, and may yet let it go. */
export type Started = 'ready' | 'held' | 'failed';

/** milliseconds */
const timeoutsMs = { withoutAnswer: 60_000, fastShutdown: 30_000, immediateShutdown: 10_000 };

/** One life of the Postgres process. */
export class PostgresProcess {
  private readonly guarded: Guarded;
  private readonly logStart: number;
  private hasEnded = false;

  /** @param disregard a process id that may stand in a stale postmaster.pid and is known to be unrelated */
  constructor(
    private readonly launch: Launch,
    disregard: number | null,
  ) {
    const { folder, account, binaries, connection } = launch;
    // Left by a guard that was killed alone; the next one would take it for a release.
    rmSync(join(connection.host, '.released'), { force: true });
    trimLog(folder.logFile);
    const log = openLog(folder.logFile);
    try {
      this.logStart = fstatSync(log).size;
      this.guarded = spawnGuarded([binaries.postgres, ...argumentsFor(launch)], {
        account,
        // Postgres takes a lock file of the process named here for stale, and still looks whether any process
        // uses the shared memory that the file names. pg_ctl has the same need, hence the variable.
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
  }

  /** The exit status; see Guarded. */
  get exited(): Promise<number> {
    return this.guarded.exited;
  }

  /** What it wrote to its log. */
  said(): string {
    return readLogSince(this.launch.folder.logFile, this.logStart);
  }

  /**
   * Waits for the first answer to a query: the status in postmaster.pid can be stale. Recovery may take long
   * and says so to each connection; a process that says nothing for a minute is ended.
   * @throws EmbeddedError
   */
  async untilReady(): Promise<Started> {
    let until = Date.now() + timeoutsMs.withoutAnswer;
    for (let pause = 10; !this.hasEnded; pause = Math.min(pause * 1.2, 250)) {
      const answer = await ask(this.launch.connection);
      if (answer === 'ready') return 'ready';
      if (answer === 'wrong-password') {
        await this.stop();
        throw wrongPassword(this.launch.folder);
      }
      if (answer === 'starting') until = Date.now() + timeoutsMs.withoutAnswer;
      if (Date.now() > until) await this.stop();
      // Ever longer: each try during a recovery is a line in the log.
      await sleep(pause);
    }
    const isHeld =
      (await this.exited) === lockedStatus ||
      /lock file "postmaster\.pid"|pre-existing shared memory/.test(this.said());
    return isHeld ? 'held' : 'failed';
  }

  /** A fast shutdown: sessions are ended, everything acknowledged is kept. Then ever harder ones. */
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

function argumentsFor({ folder, connection, maxConnections, settings: given }: Launch): string[] {
  const settings = {
    listen_addresses: '',
    // A list: without the quotes a comma in the path would end it.
    unix_socket_directories: `"${connection.host.replaceAll('"', '""')}"`,
    max_connections: String(maxConnections),
    shared_buffers: `${String(sharedMegabytes(memory()))}MB`,
    max_wal_size: `${String(logMegabytes(freeBytes(folder.data)))}MB`,
    // What a statement did wrong is told to the gateway; the log would grow with it.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // The durable settings, also if somebody changed them in the data directory.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    ...given,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', folder.data, '-p', String(connection.port), ...flags];
}

/** bytes of the machine, or of the container when that has fewer */
function memory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}

/**
 * Postgres' own cache, in MiB: an eighth of the memory that there is, between its default and 2 GiB, which hold ten
 * million tags. What is never read is never taken, so an idle server stays small.
 * @param bytes the memory that there is
 */
export function sharedMegabytes(bytes: number): number {
  return Math.min(Math.max(Math.floor(bytes / 8 / 2 ** 20), 128), 2048);
}

/**
 * How much is logged between two checkpoints, in MiB: a sixteenth of the room that there is, between 256 MiB, so that a
 * small disk is enough, and Postgres' default. After each checkpoint a page is logged whole when it is first changed,
 * which with many tags is nearly every change.
 * @param bytes free where the data are
 */
export function logMegabytes(bytes: number): number {
  return Math.min(Math.max(Math.floor(bytes / 16 / 2 ** 20), 256), 1024);
}

type Answer = 'ready' | 'starting' | 'wrong-password' | 'nothing';

async function ask(connection: Connection): Promise<Answer> {
  const client = new Client({
    ...connection,
    ssl: false,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  });
  // Without a listener, a connection that is lost ends the gateway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'ready';
  } catch (error) {
    if (codeOf(error) === '57P03') return 'starting';
    return codeOf(error) === '28P01' ? 'wrong-password' : 'nothing';
  } finally {
    await client.end().catch(() => undefined);
  }
}

function wrongPassword(folder: StateFolder): EmbeddedError {
  return new EmbeddedError(
    `The password in ${folder.passwordFile} is not that of the data in ${folder.data}: restore that file from a backup.`,
  );
}
