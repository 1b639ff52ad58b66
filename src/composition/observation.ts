import cluster from 'node:cluster';
import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import type { AccessLog } from '../http/access-log';
import type { AuditLog } from '../identity/audit-log';
import type { ChosenIdentity } from './identity-choice';
import type { Onlookers } from './services';
import { SheddingLog } from '../logging/shedding-log';
import { type Database, signOfLife } from '../storage/database/database';
import { KeystoneMetrics, watchCaches } from '../observation/identity-metrics';
import { Metrics } from '../observation/metrics';
import { RequestMetrics } from '../observation/request-metrics';
import { StoreMetrics, watchDatabase } from '../observation/store-metrics';
import { startTracing, type Tracing } from '../observation/tracing';
import { metricsOfAll } from '../process/worker';

/** Whoever looks on: each part of the gateway is handed the one that it tells. */
export class Observation implements Onlookers {
  readonly metrics = new Metrics(cluster.isWorker ? metricsOfAll : undefined);
  readonly requests = new RequestMetrics(this.metrics);
  readonly store = new StoreMetrics(this.metrics);
  readonly keystone = new KeystoneMetrics(this.metrics);
  readonly accessLog: AccessLog;
  readonly auditLog: AuditLog;
  private readonly shedding: SheddingLog;

  /** @param tracing null: nobody wants traces */
  constructor(
    private readonly log: Logger,
    private readonly tracing: Tracing | null = null,
  ) {
    this.accessLog = accessLogOf(log, this.requests);
    this.shedding = new SheddingLog(log);
    this.auditLog = {
      record: (event, address) => {
        log.info('audit', { ...event, address });
      },
    };
  }

  /** A request of that dialect got 503, because too many were under way. */
  sentAway(dialect: string): void {
    this.requests.sentAway(dialect);
    this.shedding.sentAway(dialect);
  }

  /** In the background, where no request tells of it. */
  readonly failed = (error: unknown): void => {
    this.log.warn('background work failed', {
      error: error instanceof Error ? error.message : String(error),
    });
  };

  connectionLost(error: Error): void {
    this.store.connectionLost();
    this.log.warn('an idle database connection was lost', { error: error.message });
  }

  readonly traced = <Part extends object>(name: string, part: Part): Part =>
    this.tracing?.traced(name, part) ?? part;

  /** The listener, with traces of its requests. */
  around(listener: RequestListener): RequestListener {
    return this.tracing?.watch(listener) ?? listener;
  }

  async close(): Promise<void> {
    this.shedding.tell();
    await this.tracing?.close();
  }

  /** Once they are there. */
  watch(database: Database, chosen: Pick<ChosenIdentity, 'caches'>): void {
    watchDatabase(
      this.metrics,
      () => database.connections,
      () => answers(database),
    );
    watchCaches(this.metrics, () => chosen.caches());
  }
}

/** Loads what traces need only where somebody wants them. */
export function observe({ tracing }: Config, log: Logger): Observation {
  if (tracing === 'off') return new Observation(log);
  const tell = (message: string): void => {
    log.warn('traces', { reason: message });
  };
  return new Observation(log, startTracing(tell));
}

/** ms; a scrape must not wait as long as a statement may */
const patience = 2_500;

/** Through the pool, as everybody asks. */
async function answers(database: Database): Promise<boolean> {
  const waiting = new AbortController();
  const asked = database.query(signOfLife, []).then(
    () => true,
    () => false,
  );
  const late = sleep(patience, false, { signal: waiting.signal }).catch(() => false);
  return Promise.race([asked, late]).finally(() => {
    waiting.abort();
  });
}

function accessLogOf(log: Logger, metrics: RequestMetrics): AccessLog {
  return {
    begin: () => {
      metrics.begin();
    },
    request: (facts) => {
      metrics.end(facts);
      log.info('request', facts);
    },
    failure: (req: IncomingMessage, error: unknown) => {
      log.error('request failed', {
        requestId: req.requestId,
        path: req.target.path,
        error: error instanceof Error ? error.stack : String(error),
      });
    },
  };
}
