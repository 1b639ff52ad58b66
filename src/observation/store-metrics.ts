import type { PoolState, StoreObservation, StatementOutcome } from '../storage/database/observation';
import { type BucketCounts, TalliedHistogram } from './histogram';
import { type Metrics, unlabelledSample } from './metrics';

/** seconds */
const bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** changes or reads */
const sizes = [1, 2, 4, 8, 16, 32, 64];

/** Statements sent to Postgres, and their outcomes. */
export class StoreMetrics {
  private readonly units: Readonly<Record<StatementOutcome, BucketCounts>>;
  private readonly batches = new Map<string, BucketCounts>();
  private readonly sizes: TalliedHistogram;
  private lost = 0;

  constructor(metrics: Metrics) {
    const seconds = new TalliedHistogram(
      metrics.registry,
      'tagway_postgres_seconds',
      'Time of a statement or a transaction with the wait for a connection, by outcome',
      bounds,
    );
    const of = (outcome: StatementOutcome): BucketCounts => seconds.tally({ outcome });
    this.units = { done: of('done'), refused: of('refused'), away: of('away') };
    const help = 'Changes and reads that went to Postgres in one statement, by kind';
    this.sizes = new TalliedHistogram(metrics.registry, 'tagway_batch_size', help, sizes);
    metrics.counter('tagway_postgres_lost_total', 'Idle connections that were lost', [], () =>
      unlabelledSample(this.lost),
    );
  }

  observe(observation: StoreObservation): void {
    switch (observation.kind) {
      case 'database-unit':
        this.units[observation.outcome].add(observation.milliseconds / 1000);
        break;
      case 'database-batch':
        (this.batches.get(observation.of) ?? this.newBatch(observation.of)).add(observation.size);
        break;
      case 'database-connection-lost':
        this.lost++;
    }
  }

  private newBatch(kind: string): BucketCounts {
    const made = this.sizes.tally({ kind });
    this.batches.set(kind, made);
    return made;
  }
}

/** The state of the database and the connection pool, read on a scrape. */
export function registerDatabaseMetrics(
  metrics: Metrics,
  pool: () => PoolState,
  isUp: () => Promise<boolean>,
): void {
  metrics.gauge('tagway_postgres_connections', 'Connections to Postgres, by state', ['state'], () => {
    const { total, idle } = pool();
    return [
      { labels: { state: 'idle' }, value: idle },
      { labels: { state: 'busy' }, value: total - idle },
    ];
  });
  metrics.gauge('tagway_postgres_connections_max', 'Connections to Postgres that there may be', [], () =>
    unlabelledSample(pool().most),
  );
  metrics.gauge('tagway_postgres_waiting', 'Statements that wait for a connection', [], () =>
    unlabelledSample(pool().waiting),
  );
  metrics.gauge(
    'tagway_postgres_up',
    '1 when Postgres answers, else 0',
    [],
    async () => unlabelledSample((await isUp()) ? 1 : 0),
    'min',
  );
}
