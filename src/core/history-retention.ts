import type { Clock, Instant } from './clock';
import type { HistoryStore } from './history';

/** Rows per statement, which then takes some milliseconds: no writer waits for it. */
const batch = 250;

/** ms; between batches `betweenBatches`, or longer where the machine is busy: three times what a batch took */
const intervals = { first: 60_000, next: 3_600_000, betweenBatches: 20 };

const projectsAtOnce = 100;

/** Removes expired history. */
export class HistoryRetention {
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @param onError receives errors; the next round retries */
  constructor(
    private readonly store: HistoryStore,
    private readonly clock: Clock,
    private readonly days: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.schedule(intervals.first);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** One round. @returns how many changes were removed */
  async run(): Promise<number> {
    const limit = daysBefore(this.clock.now(), this.days);
    let removed = 0;
    for (let after = ''; ;) {
      const projects = await this.store.projects(after, projectsAtOnce);
      for (const projectId of projects) removed += await this.removeOf(projectId, limit);
      const last = projects.at(-1);
      if (last === undefined || this.isClosed) return removed;
      after = last;
    }
  }

  private async removeOf(projectId: string, limit: Instant): Promise<number> {
    for (let removed = 0; ;) {
      const begun = performance.now();
      const some = await this.store.removeBefore(projectId, limit, batch);
      removed += some;
      if (some === 0 || this.isClosed) return removed;
      const pauseMs = Math.max(intervals.betweenBatches, 3 * (performance.now() - begun));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  private schedule(delayMs: number): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.run()
        .catch(this.onError)
        .finally(() => {
          this.schedule(intervals.next);
        });
    }, delayMs);
    this.timer.unref();
  }
}

function daysBefore(now: Instant, days: number): Instant {
  const moment = new Date(Date.parse(now) - days * 86_400_000).toISOString();
  return `${moment.slice(0, -1)}000Z`;
}
