import { Unavailable } from '../core/errors';

export interface CircuitBreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long all calls are rejected once it is open (ms); then one at a time is tried, until one succeeds. */
  readonly resetTimeoutMs: number;
}

export const defaultCircuitBreakerSettings: CircuitBreakerSettings = { failures: 5, resetTimeoutMs: 500 };

/** Stops calling a service that does not answer, and probes by single attempts when it is back. */
export class CircuitBreaker {
  private failures = 0;
  private openUntil = 0;
  private probing = false;

  /**
   * @param moved called when the service counts as away, and when it is back
   * @param now milliseconds, of any origin
   */
  constructor(
    private readonly rule: CircuitBreakerSettings,
    private readonly moved: (state: 'away' | 'back') => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws Unavailable at once while it is open, and whatever the work throws, which counts as a failure */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const probe = this.isOpen();
    if (probe && (this.probing || this.now() < this.openUntil)) {
      throw new Unavailable('the identity service is away', 'not-done');
    }
    if (probe) this.probing = true;
    try {
      const result = await work();
      this.succeeded();
      return result;
    } catch (error) {
      this.failed();
      throw error;
    } finally {
      if (probe) this.probing = false;
    }
  }

  private isOpen(): boolean {
    return this.failures >= this.rule.failures;
  }

  private succeeded(): void {
    if (this.isOpen()) this.moved('back');
    this.failures = 0;
  }

  private failed(): void {
    this.failures++;
    if (this.failures === this.rule.failures) this.moved('away');
    if (this.isOpen()) this.openUntil = this.now() + this.rule.resetTimeoutMs;
  }
}
