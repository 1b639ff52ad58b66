import type { StaleListMode } from '../core/project-settings';
import type { StaleListObservation } from '../core/stale-lists';
import type { Metrics } from './metrics';

/** Whole lists of tags that were made from an older state. */
export class StaleListMetrics {
  private readonly lists: Record<StaleListMode, number> = { observe: 0, merge: 0, refuse: 0 };

  constructor(metrics: Metrics) {
    const help = 'Whole lists of tags that were made from an older state, by what the project does with them';
    metrics.counter('tagway_stale_lists_total', help, ['mode'], () =>
      (['observe', 'merge', 'refuse'] as const).map((mode) => ({
        labels: { mode },
        value: this.lists[mode],
      })),
    );
  }

  observe({ mode }: StaleListObservation): void {
    this.lists[mode]++;
  }
}
