import { LRUCache } from 'lru-cache';
import type { Instant } from '../core/clock';

/**
 * Removes a project's old rows with its first new one of an hour: no timer is needed, and the rows that have to be read
 * for it (there is no index by time) are read once an hour.
 */
export class HourlyPruning {
  /** The hour in which a project's old rows were last removed by this process. */
  private readonly prunedIn = new LRUCache<string, string>({ max: 10_000 });

  /** Never fails: the new row is stored, and the first one of the next hour tries again. */
  async of(projectId: string, at: Instant, prune: () => Promise<unknown>): Promise<void> {
    const hour = at.slice(0, 13);
    if (this.prunedIn.get(projectId) === hour) return;
    this.prunedIn.set(projectId, hour);
    await prune().catch(() => undefined);
  }
}
