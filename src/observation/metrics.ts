import { Router } from 'express';
import {
  AggregatorRegistry,
  type Aggregator,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
} from 'prom-client';
import { shared } from '../http/shared';

/** One series of a metric: what it is of, and how much. */
export interface Reading {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * What `/metrics` shows. Whoever is measured counts in plain numbers; they are read here when somebody asks.
 * Labels are bounded: no path, project or image is ever one.
 */
export class Metrics {
  readonly registry = new Registry();

  /** @param ofAll the text of all workers of which this one is one; null when it cannot be had */
  constructor(private readonly ofAll?: () => Promise<string | null>) {
    collectDefaultMetrics({ register: this.registry });
    if (!ofAll) return;
    // It is made for its side effect: from now on this process answers when the primary collects.
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries([this.registry]);
  }

  /** What only grows. */
  counter(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[]): void {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
  }

  /** What goes up and down. @param aggregator what several workers are together */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => readonly Reading[] | Promise<readonly Reading[]>,
    aggregator: Aggregator = 'sum',
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      aggregator,
      async collect() {
        for (const { labels, value } of await read()) this.set(labels, value);
      },
    });
  }

  router(): Router {
    const router = Router({ caseSensitive: true, strict: true });
    // Made once for all who ask while it is made: the text costs milliseconds, and needs no credentials.
    const page = shared(async () =>
      Buffer.from((await this.ofAll?.()) ?? (await this.registry.metrics()), 'utf8'),
    );
    router.get('/metrics', async (_req, res) => {
      const content = await page();
      res
        .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
        .type(this.registry.contentType)
        .send(content);
    });
    return router;
  }
}

/** The one series of a metric without labels. */
export function single(value: number): readonly Reading[] {
  return [{ labels: {}, value }];
}
