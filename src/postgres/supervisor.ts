import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatMegabytes } from './cluster';
import { dataInUseError, waitForDataRelease } from './data-lock';
import { EmbeddedError } from './errors';
import type { Log } from './log';
import { rotateLog } from './postgres-log';
import {
  type PostgresConnectionSettings,
  type PostgresLaunchOptions,
  PostgresProcess,
} from './postgres-process';
import { freeBytes } from './state-folder';

/** bytes: with less, recovery cannot write a WAL segment of 16 MB, and Postgres would exit at once */
const roomToStart = 32 * 2 ** 20;

/** milliseconds */
const pace = { firstRetry: 100, lastRetry: 5000, steadyAfter: 10_000, housekeeping: 600_000 };

/** A Postgres for this process alone, restarted when it dies. */
export class PostgresSupervisor {
  private readonly halt = new AbortController();
  private readonly housekeeping: NodeJS.Timeout;
  private stopped: Promise<void> | null = null;
  private up = true;
  /** consecutive failed starts */
  private failures = 0;

  /** @param current ready */
  private constructor(
    private readonly launch: PostgresLaunchOptions,
    private readonly log: Log,
    private current: PostgresProcess,
  ) {
    this.housekeeping = setInterval(() => {
      this.launch.binaries.keep();
      this.trimLog();
    }, pace.housekeeping).unref();
    void this.keepRunning();
  }

  /**
   * @param until milliseconds since 1970: how long to wait for the process that holds the data directory
   * @throws EmbeddedError
   */
  static async start(launch: PostgresLaunchOptions, until: number, log: Log): Promise<PostgresSupervisor> {
    requireRoom(launch);
    for (;;) {
      const disregard = await waitForDataRelease(launch.folder, until, log);
      const life = new PostgresProcess(launch, disregard);
      const started = await life.untilReady();
      if (started === 'ready') return new PostgresSupervisor(launch, log, life);
      if (started === 'failed') throw await failedStart(life, launch);
      if (Date.now() >= until) throw dataInUseError(launch.folder);
      await sleep(200);
    }
  }

  get connection(): PostgresConnectionSettings {
    return this.launch.connection;
  }

  isUp(): boolean {
    return this.up;
  }

  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private trimLog(): void {
    try {
      rotateLog(this.launch.folder.logFile);
    } catch (error) {
      this.log.warn('The log of the embedded Postgres cannot be shortened', { fault: String(error) });
    }
  }

  private async end(): Promise<void> {
    this.halt.abort();
    clearInterval(this.housekeeping);
    await this.current.stop();
    this.up = false;
    rmSync(this.connection.host, { recursive: true, force: true });
  }

  private async keepRunning(): Promise<void> {
    for (;;) {
      const since = Date.now();
      const status = await this.current.exited;
      this.up = false;
      if (this.halt.signal.aborted) return;
      this.log.error('The embedded Postgres has ended and is started again', {
        status,
        said: this.current.said(),
      });
      if (Date.now() - since > pace.steadyAfter) this.failures = 0;
      if (!(await this.revive())) return;
      this.up = true;
      this.log.info('The embedded Postgres is ready again');
    }
  }

  /** @returns false if stopped meanwhile */
  private async revive(): Promise<boolean> {
    for (;;) {
      const delay = Math.min(pace.firstRetry * 2 ** this.failures, pace.lastRetry);
      await sleep(delay, undefined, { signal: this.halt.signal }).catch(() => undefined);
      if (this.halt.signal.aborted) return false;
      this.failures++;
      const fault = await this.tryOnce();
      if (fault === null) return !this.halt.signal.aborted;
      // The first few failures, then about one a minute.
      if (this.failures < 6 || this.failures % 12 === 0)
        this.log.error('The embedded Postgres cannot start', { fault });
    }
  }

  /** @returns the fault, or null if it is ready */
  private async tryOnce(): Promise<string | null> {
    try {
      requireRoom(this.launch);
      const disregard = await waitForDataRelease(this.launch.folder, Date.now(), this.log);
      if (this.halt.signal.aborted) return null;
      this.current = new PostgresProcess(this.launch, disregard);
      return (await this.current.untilReady()) === 'ready' ? null : this.current.said();
    } catch (error) {
      return (error as Error).message;
    }
  }
}

function requireRoom({ folder }: PostgresLaunchOptions): void {
  const free = freeBytes(folder.data);
  if (free >= roomToStart) return;
  throw new EmbeddedError(
    `Only ${formatMegabytes(free)} MB are free in ${folder.state}, and Postgres needs ${formatMegabytes(roomToStart)} MB to start: make room.`,
  );
}

async function failedStart(life: PostgresProcess, launch: PostgresLaunchOptions): Promise<EmbeddedError> {
  return new EmbeddedError(
    `Postgres ended with status ${String(await life.exited)} while it started; mend what it says here and start again ` +
      `(its log is ${launch.folder.logFile}):\n${life.said()}`,
  );
}
