import { type BucketCounts, TalliedHistogram } from './histogram';
import { type Metrics, type MetricSample, unlabelledSample } from './metrics';

/** Facts about a finished request. */
export interface CountedRequest {
  /** Name of the surface that answered. */
  readonly dialect: string;
  /** As named in the contract; never a path. */
  readonly operation: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** seconds */
const bounds = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One operation of one dialect. */
interface Counted {
  readonly dialect: string;
  readonly operation: string;
  readonly seconds: BucketCounts;
  readonly statuses: Map<number, { times: number }>;
  bytesIn: number;
  bytesOut: number;
}

/** Requests by dialect, operation and status. */
export class RequestMetrics {
  private inFlight = 0;
  private readonly shed = new Map<string, number>();
  private readonly dialects = new Map<string, Map<string, Counted>>();
  private readonly seconds: TalliedHistogram;

  constructor(metrics: Metrics) {
    const about = 'by dialect and operation';
    const help = `Time from a request to the end of its answer, ${about}`;
    this.seconds = new TalliedHistogram(metrics.registry, 'tagway_request_seconds', help, bounds);
    const labels = ['dialect', 'operation'];
    metrics.counter(
      'tagway_requests_total',
      'Requests answered, by dialect, operation and status; 499: the client went first',
      [...labels, 'status'],
      () => this.all().flatMap(statusesOf),
    );
    metrics.counter('tagway_request_bytes_total', `Bytes of requests, ${about}`, labels, () =>
      this.all().map((counted) => reading(counted, counted.bytesIn)),
    );
    metrics.counter('tagway_response_bytes_total', `Bytes of answers, ${about}`, labels, () =>
      this.all().map((counted) => reading(counted, counted.bytesOut)),
    );
    metrics.gauge('tagway_requests_under_way', 'Requests that have no answer yet', [], () =>
      unlabelledSample(this.inFlight),
    );
    metrics.counter(
      'tagway_requests_shed_total',
      'Requests rejected because too many were in flight',
      ['dialect'],
      () => [...this.shed].map(([dialect, value]) => ({ labels: { dialect }, value })),
    );
  }

  begin(): void {
    this.inFlight++;
  }

  end(request: CountedRequest): void {
    this.inFlight--;
    const counted = this.countedOf(request.dialect, request.operation);
    counted.seconds.add(request.milliseconds / 1000);
    counted.bytesIn += request.bytesIn;
    counted.bytesOut += request.bytesOut;
    const status = counted.statuses.get(request.status);
    if (status) status.times++;
    else counted.statuses.set(request.status, { times: 1 });
  }

  /** Counted at once: such a request is neither begun nor ended. */
  rejected(dialect: string): void {
    this.shed.set(dialect, (this.shed.get(dialect) ?? 0) + 1);
    this.begin();
    this.end({ dialect, operation: 'none', status: 503, milliseconds: 0, bytesIn: 0, bytesOut: 0 });
  }

  private countedOf(dialect: string, operation: string): Counted {
    return this.dialects.get(dialect)?.get(operation) ?? this.newCounted(dialect, operation);
  }

  private newCounted(dialect: string, operation: string): Counted {
    const operations = this.dialects.get(dialect) ?? new Map<string, Counted>();
    const seconds = this.seconds.tally({ dialect, operation });
    const made = { dialect, operation, seconds, statuses: new Map(), bytesIn: 0, bytesOut: 0 };
    this.dialects.set(dialect, operations.set(operation, made));
    return made;
  }

  private all(): Counted[] {
    return [...this.dialects.values()].flatMap((operations) => [...operations.values()]);
  }
}

function statusesOf(counted: Counted): MetricSample[] {
  const { dialect, operation } = counted;
  return [...counted.statuses].map(([status, { times }]) => ({
    labels: { dialect, operation, status },
    value: times,
  }));
}

function reading({ dialect, operation }: Counted, value: number): MetricSample {
  return { labels: { dialect, operation }, value };
}
