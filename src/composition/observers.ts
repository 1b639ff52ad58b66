import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import type { Observe } from '../core/observe';
import { registerCacheMetrics } from '../observation/identity-metrics';
import { createLogObserver } from '../observation/log';
import { createMetricsObserver } from '../observation/metrics-observer';
import { Metrics } from '../observation/metrics';
import type { Observation } from '../observation/observation';
import { registerDatabaseMetrics } from '../observation/store-metrics';
import { startTracing, type Tracing } from '../observation/tracing';
import type { Config } from '../settings/config';
import { type Database, pingStatement } from '../storage/database/database';
import type { ChosenIdentity } from './identity-choice';

/** undefined: a single process. */
type MetricsOfAll = (() => Promise<string | null>) | undefined;

/** Log, metrics and traces of a gateway. */
export class Observers {
  readonly metrics: Metrics;
  private readonly log: ReturnType<typeof createLogObserver>;
  private readonly measure: Observe<Observation>;

  /** @param tracing null: traces are off */
  constructor(
    log: Logger,
    private readonly tracing: Tracing | null,
    metricsOfAll: MetricsOfAll,
  ) {
    this.metrics = new Metrics(metricsOfAll);
    this.log = createLogObserver(log);
    this.measure = createMetricsObserver(this.metrics);
  }

  readonly observe = (observation: Observation): void => {
    this.measure(observation);
    this.log.observe(observation);
  };

  /** The same part, with its work traced as spans of the request. */
  readonly traced = <Part extends object>(name: string, part: Part): Part =>
    this.tracing?.traced(name, part) ?? part;

  /** The listener, with its requests traced. */
  around(listener: RequestListener): RequestListener {
    return this.tracing?.watch(listener) ?? listener;
  }

  /** Adds metrics that are read only on a scrape. */
  watch(database: Database, chosen: Pick<ChosenIdentity, 'caches'>): void {
    registerDatabaseMetrics(
      this.metrics,
      () => database.connections,
      () => answers(database),
    );
    registerCacheMetrics(this.metrics, () => chosen.caches());
  }

  async close(): Promise<void> {
    this.log.flush();
    await this.tracing?.close();
  }
}

/** Loads the tracing packages only if traces are on. */
export function createObservers({ tracing }: Config, log: Logger, metricsOfAll: MetricsOfAll): Observers {
  if (tracing === 'off') return new Observers(log, null, metricsOfAll);
  const undelivered = (message: string): void => {
    log.warn('traces', { reason: message });
  };
  return new Observers(log, startTracing(undelivered), metricsOfAll);
}

/** ms; a scrape must not wait as long as a statement may */
const answerTimeoutMs = 2_500;

/** Through the pool, as requests do. */
async function answers(database: Database): Promise<boolean> {
  const waiting = new AbortController();
  const asked = database.query(pingStatement, []).then(
    () => true,
    () => false,
  );
  const late = sleep(answerTimeoutMs, false, { signal: waiting.signal }).catch(() => false);
  return Promise.race([asked, late]).finally(() => {
    waiting.abort();
  });
}
