import { setTimeout as sleep } from 'node:timers/promises';

/** ms between two probes */
const pace = 100;

interface Watch {
  /** As `performance.now()` has it. */
  readonly begun: number;
  /** Resolves when a probe had an answer. */
  readonly back: Promise<void>;
}

/**
 * Knows whether the database has stopped answering. After the first statement without an answer everything is
 * refused at once, so that no other caller waits as long, until a probe over its own connection succeeds.
 * While connecting fails, all callers wait for the same probe.
 */
export class StallDetector {
  private stalled = false;
  private closed = false;
  private watch: Watch | undefined;

  /**
   * @param probe whether the database answers; takes a second or two at most
   * @param timeoutMs ms; once the database has been away for longer, callers do not wait
   * @param onBack called when it answers again after it had stopped
   */
  constructor(
    private readonly probe: () => Promise<boolean>,
    private readonly timeoutMs: number,
    private readonly onBack: () => void,
  ) {}

  get isStalled(): boolean {
    return this.stalled;
  }

  /** A statement got no answer in time. */
  notice(): void {
    if (this.closed) return;
    this.stalled = true;
    this.watched();
  }

  /**
   * For callers that could not connect: a short restart delays all of them, a long one only the first.
   * @param until the end of the wait, as `performance.now()` has it
   * @returns whether the database is back
   */
  async isBackBefore(until: number): Promise<boolean> {
    if (performance.now() >= until) return false;
    const { begun, back } = this.watched();
    const left = Math.min(until, begun + this.timeoutMs) - performance.now();
    if (left <= 0) return false;
    const waiting = new AbortController();
    const late = sleep(left, false, { signal: waiting.signal }).catch(() => false);
    return Promise.race([back.then(() => !this.closed), late]).finally(() => {
      waiting.abort();
    });
  }

  close(): void {
    this.closed = true;
  }

  private watched(): Watch {
    this.watch ??= { begun: performance.now(), back: this.untilBack() };
    return this.watch;
  }

  private async untilBack(): Promise<void> {
    while (!this.closed && !(await this.probe())) await sleep(pace, undefined, { ref: false });
    const wasStalled = this.stalled;
    this.stalled = false;
    this.watch = undefined;
    if (wasStalled && !this.closed) this.onBack();
  }
}
