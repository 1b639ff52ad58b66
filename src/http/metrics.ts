import { Router } from 'express';
import { AggregatorRegistry, collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { RequestFacts } from './access-log';

/** What `/metrics` shows. Labels are bounded: no path, project or image is ever one. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'tagway_requests_total',
    help: 'Requests answered, by surface, method and status',
    labelNames: ['surface', 'method', 'status'],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'tagway_request_seconds',
    help: 'Time from a request to the end of its answer, by surface',
    labelNames: ['surface'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });

  /** prom-client builds the text of a combination of labels at each look-up; there are few of them. */
  private readonly counters = new Map<string, Counter.Internal>();
  private readonly histograms = new Map<string, Histogram.Internal<'surface'>>();

  /** @param ofAll the text of all workers of which this one is one; null when it cannot be had */
  constructor(private readonly ofAll?: () => Promise<string | null>) {
    collectDefaultMetrics({ register: this.registry });
    if (!ofAll) return;
    // It is made for its side effect: from now on this process answers when the primary collects.
    new AggregatorRegistry();
    AggregatorRegistry.setRegistries([this.registry]);
  }

  count({ surface, method, status, milliseconds }: RequestFacts): void {
    this.counterOf(surface, knownMethods.has(method) ? method : 'other', status).inc();
    this.histogramOf(surface).observe(milliseconds / 1000);
  }

  private counterOf(surface: string, method: string, status: number): Counter.Internal {
    const name = `${surface} ${method} ${String(status)}`;
    const found = this.counters.get(name) ?? this.requests.labels({ surface, method, status });
    this.counters.set(name, found);
    return found;
  }

  private histogramOf(surface: string): Histogram.Internal<'surface'> {
    const found = this.histograms.get(surface) ?? this.seconds.labels({ surface });
    this.histograms.set(surface, found);
    return found;
  }

  router(): Router {
    const router = Router({ caseSensitive: true, strict: true });
    router.get('/metrics', async (_req, res) => {
      const text = (await this.ofAll?.()) ?? (await this.registry.metrics());
      res
        .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
        .type(this.registry.contentType)
        .send(text);
    });
    return router;
  }
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
