import { AggregatorRegistry } from 'prom-client';

/** For the primary of several workers. @returns their combined metrics; null if one does not answer */
export function createWorkerMetricsCollector(): () => Promise<string | null> {
  const registry = new AggregatorRegistry();
  return () => registry.clusterMetrics().catch(() => null);
}
