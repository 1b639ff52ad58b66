import type { Logger } from 'winston';

/** ms between two lines of a dialect */
const intervalMs = 1_000;

/** One warning a second and dialect for all rejected requests: a line for each would cost as much as it saves. */
export class RejectionLog {
  private readonly counts = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly log: Logger) {}

  rejected(dialect: string): void {
    this.counts.set(dialect, (this.counts.get(dialect) ?? 0) + 1);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, intervalMs).unref();
  }

  /** Writes pending warnings. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [dialect, requests] of this.counts) this.log.warn('requests rejected', { dialect, requests });
    this.counts.clear();
  }
}
