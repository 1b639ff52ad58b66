import { setTimeout as sleep } from 'node:timers/promises';

/** ms between two probes */
const pace = 100;

/**
 * Knows whether the database has stopped answering. After the first statement that got no answer nobody else
 * is made to wait as long: everything is refused at once, until a probe over a connection of its own succeeds.
 */
export class StallWatch {
  private stalled = false;
  private closed = false;

  /** @param probe whether the database answers; takes a second or two at most */
  constructor(private readonly probe: () => Promise<boolean>) {}

  get isStalled(): boolean {
    return this.stalled;
  }

  /** A statement got no answer in time. */
  notice(): void {
    if (this.stalled || this.closed) return;
    this.stalled = true;
    void this.untilBack();
  }

  close(): void {
    this.closed = true;
  }

  private async untilBack(): Promise<void> {
    while (!this.closed && !(await this.probe())) await sleep(pace, undefined, { ref: false });
    this.stalled = false;
  }
}
