import type { CacheStatistics } from '../identity/lookup-cache';
import type { KeystoneCallOutcome } from '../identity/keystone/observation';
import { type BucketCounts, TalliedHistogram } from './histogram';
import { type Metrics, type MetricSample, unlabelledSample } from './metrics';

/** seconds */
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Calls of Keystone, and their outcomes; all zero if users are stored here. */
export class KeystoneMetrics {
  private readonly calls: Readonly<Record<KeystoneCallOutcome, BucketCounts>>;
  private isAway = false;

  constructor(metrics: Metrics) {
    const seconds = new TalliedHistogram(
      metrics.registry,
      'tagway_keystone_seconds',
      'Time of a question to Keystone with its repetitions, by outcome',
      bounds,
    );
    const of = (outcome: KeystoneCallOutcome): BucketCounts => seconds.tally({ outcome });
    this.calls = {
      granted: of('granted'),
      refused: of('refused'),
      failed: of('failed'),
      unasked: of('unasked'),
    };
    metrics.gauge(
      'tagway_keystone_circuit_open',
      '1 while Keystone counts as away and is hardly asked, else 0',
      [],
      () => unlabelledSample(this.isAway ? 1 : 0),
      'max',
    );
  }

  call(outcome: KeystoneCallOutcome, milliseconds: number): void {
    this.calls[outcome].add(milliseconds / 1000);
  }

  circuit(state: 'away' | 'back'): void {
    this.isAway = state === 'away';
  }
}

/** Identity's caches: tokens, access keys, people. */
export function registerCacheMetrics(metrics: Metrics, caches: () => readonly CacheStatistics[]): void {
  const labels = ['cache'];
  const each = (value: (facts: CacheStatistics) => number) => (): MetricSample[] =>
    caches().map((facts) => ({ labels: { cache: facts.name }, value: value(facts) }));
  const found = 'Look-ups that found what they looked for in a cache';
  metrics.counter(
    'tagway_identity_cache_hits_total',
    found,
    labels,
    each(({ hits }) => hits),
  );
  const missed = 'Look-ups that did not find what they looked for in a cache';
  metrics.counter(
    'tagway_identity_cache_misses_total',
    missed,
    labels,
    each(({ misses }) => misses),
  );
  metrics.gauge(
    'tagway_identity_cache_entries',
    'Entries of a cache',
    labels,
    each(({ size }) => size),
  );
}
