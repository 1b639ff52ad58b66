import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import { startPostgres } from './start';
import type { ConnectionSettings } from '../storage/database/database';
import { createWorkerMetricsCollector } from '../observation/worker-metrics';
import { countRequestsForWorkers } from '../http/rate-limits';
import type { CleanupMessage, MetricsMessage, WorkerMessage } from './worker';

/**
 * All workers accept connections from one listening socket. With Node's default the primary distributes them: if a
 * worker is killed before it receives a connection, that is never closed, and its client waits forever.
 */
cluster.schedulingPolicy = cluster.SCHED_NONE;

/** A worker that ends sooner (ms) is not replaced at once: the next one would end for the same reason. */
const shortLife = 5_000;

type Ready = Extract<WorkerMessage, { tagway: 'ready' }>;

/**
 * The primary of several workers: owns the embedded Postgres, replaces workers that die, and on SIGHUP replaces
 * all of them, one after another, so that one can always answer. It serves nothing itself.
 */
export async function runWorkers(config: Config, log: Logger, stopped: Promise<void>): Promise<void> {
  const postgres = await startPostgres(config, log);
  try {
    const workers = new Workers(environmentOf(postgres.connection), log);
    const { url, welcome } = await workers.start(config.workers);
    process.stdout.write(`${welcome}Tagway is ready at ${url}\n`);
    process.on('SIGHUP', () => {
      workers.replaceAll();
    });
    await stopped;
    log.info('stopping: requests under way may finish');
    await workers.stop();
  } finally {
    await postgres.stop();
  }
}

/** Workers see the embedded server as an external one. */
function environmentOf(connection: ConnectionSettings): Record<string, string> {
  if (typeof connection === 'string') return { DATABASE_URL: connection };
  const { user, password, database, host, port } = connection;
  const query = new URLSearchParams({ host, port: String(port) }).toString();
  return {
    DATABASE_URL: `postgresql://${user}:${encodeURIComponent(password)}@localhost/${database}?${query}`,
  };
}

class Workers {
  private readonly metrics = createWorkerMetricsCollector();
  /** Workers that serve and were not asked to end. */
  private readonly running = new Set<Worker>();
  /** The one of them that removes what expires. */
  private cleaner: Worker | undefined;
  /** Exits of workers that were asked to end. */
  private readonly leaving = new Set<Promise<void>>();
  private starting = 0;
  private count = 0;
  private replacing: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly log: Logger,
  ) {
    countRequestsForWorkers();
    cluster.on('message', (worker, message: Partial<WorkerMessage>) => {
      if (message.tagway === 'metrics-wanted') void this.sendMetrics(worker, message.id ?? 0);
    });
  }

  /** The first alone, since it creates what all need. @throws Error if one of them ends instead */
  async start(count: number): Promise<Ready> {
    this.count = count;
    const first = await this.startOne();
    await Promise.all(Array.from({ length: count - 1 }, () => this.startOne()));
    return first;
  }

  replaceAll(): void {
    this.replacing = this.replacing
      .then(() => this.replaceEach())
      .catch((error: unknown) => {
        this.logFailure(error);
      })
      .then(() => this.fill());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const worker of this.running) void this.end(worker);
    await Promise.all(this.leaving);
  }

  private async replaceEach(): Promise<void> {
    for (const worker of [...this.running]) {
      if (this.stopping) return;
      // One that died in the meantime is replaced already.
      if (!this.running.has(worker)) continue;
      await this.startOne();
      await this.end(worker);
    }
  }

  /** @throws Error if it ends before it is ready */
  private async startOne(): Promise<Ready> {
    const worker = cluster.fork(this.environment);
    // Writing to a dead worker emits an error, which would end the primary without a listener.
    worker.on('error', () => undefined);
    const begun = Date.now();
    this.starting++;
    const ready = await readiness(worker).finally(() => this.starting--);
    this.running.add(worker);
    this.appointCleaner();
    worker.once('exit', (code: number, signal: string | null) => {
      // Still in the set: it was not asked to end.
      if (this.running.delete(worker) && !this.stopping) {
        this.appointCleaner();
        this.log.error('a worker ended and is replaced', { pid: worker.process.pid, code, signal });
        void this.replaceDead(Date.now() - begun);
      }
    });
    if (this.stopping) void this.end(worker);
    return ready;
  }

  private appointCleaner(): void {
    if (this.cleaner && this.running.has(this.cleaner)) return;
    [this.cleaner] = this.running;
    if (!this.cleaner) return;
    send(this.cleaner, { tagway: 'clean' });
    this.log.debug('a worker removes what expires', { pid: this.cleaner.process.pid });
  }

  private async replaceDead(life: number): Promise<void> {
    if (life < shortLife) await sleep(shortLife);
    await this.fill();
  }

  /** Starts as many as are missing: one that died while being replaced has its successor already. */
  private async fill(): Promise<void> {
    while (!this.stopping && this.running.size + this.starting < this.count) {
      try {
        await this.startOne();
      } catch (error) {
        this.logFailure(error);
        await sleep(shortLife);
      }
    }
  }

  private logFailure(error: unknown): void {
    this.log.error('a worker could not be replaced', { error: String(error) });
  }

  /** Asks it to end, once: a second signal would interrupt its work. */
  private async end(worker: Worker): Promise<void> {
    if (!this.running.delete(worker)) return;
    if (!this.stopping) this.appointCleaner();
    const ended = new Promise<void>((resolve) =>
      worker.once('exit', () => {
        resolve();
      }),
    );
    this.leaving.add(ended);
    worker.process.kill('SIGTERM');
    await ended;
    this.leaving.delete(ended);
  }

  private async sendMetrics(worker: Worker, id: number): Promise<void> {
    send(worker, { tagway: 'metrics', id, text: await this.metrics() });
  }
}

function send(worker: Worker, message: MetricsMessage | CleanupMessage): void {
  if (worker.isConnected()) worker.send(message);
}

function readiness(worker: Worker): Promise<Ready> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.tagway === 'ready') resolve(message);
    });
    worker.once('exit', () => {
      reject(new WorkerEnded());
    });
  });
}

/** The worker itself has reported why. */
class WorkerEnded extends Error {
  override readonly name = 'WorkerEnded';
  constructor() {
    super('Tagway cannot start, because a worker ended.');
  }
}
