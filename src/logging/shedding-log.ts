import type { Logger } from 'winston';

/** How often (ms) it tells. */
const pause = 1_000;

/** One warning a second and dialect for all requests that were sent away: a line for each would cost as much as it spares. */
export class SheddingLog {
  private readonly counts = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Logger) {}

  sentAway(dialect: string): void {
    this.counts.set(dialect, (this.counts.get(dialect) ?? 0) + 1);
    this.timer ??= setTimeout(() => {
      this.tell();
    }, pause).unref();
  }

  /** Tells what was not told yet. */
  tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [dialect, requests] of this.counts) this.log.warn('requests sent away', { dialect, requests });
    this.counts.clear();
  }
}
