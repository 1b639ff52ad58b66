import { Router } from 'express';
import {
  AggregatorRegistry,
  type Aggregator,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
} from 'prom-client';
import { shareInFlight } from '../http/share-in-flight';

/** One series of a metric: labels and value. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * The metrics of `/metrics`. The measured parts count in plain numbers, read here on a scrape.
 * Labels are bounded: no path, project or image is ever one.
 */
export class Metrics {
  readonly registry = new Registry();

  /** @param ofAll the text of all workers together; null if unavailable */
  constructor(private readonly ofAll?: () => Promise<string | null>) {
    collectDefaultMetrics({ register: this.registry });
    if (!ofAll) return;
    // Created for its side effect: this process then answers when the primary collects.
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries([this.registry]);
  }

  /** A counter. */
  counter(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => readonly MetricSample[],
  ): void {
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

  /** A gauge. @param aggregator how to combine several workers */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => readonly MetricSample[] | Promise<readonly MetricSample[]>,
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
    // Concurrent scrapes share one text: it costs milliseconds, and needs no credentials.
    const page = shareInFlight(async () =>
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
export function unlabelledSample(value: number): readonly MetricSample[] {
  return [{ labels: {}, value }];
}
