/** Bounds of the requests in flight. */
export interface AdmissionBounds {
  /** Always admitted, even before anything was answered. */
  readonly floor: number;
  /** Never exceeded. */
  readonly most: number;
  /** Target maximum wait (ms) of an admitted request. */
  readonly wait: number;
}

/** Decay time (ms) of an answer's weight: to about a third. */
const memory = 1_000;

/**
 * How many requests may be in flight, by Little's law: as many as were recently answered within the maximum wait. A
 * new request then waits about that long, whether the gateway is fast or slow; a fixed number would mean a short
 * wait with cheap requests and a long one with expensive ones.
 */
export class AdmissionControl {
  /** Answers, weighted by recency, as of `at`. */
  private answers = 0;
  private at = 0;

  /** @param now monotonic milliseconds */
  constructor(
    private readonly bounds: AdmissionBounds,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get limit(): number {
    const { floor, most, wait } = this.bounds;
    return Math.min(most, Math.max(floor, Math.floor((this.recent(this.now()) / memory) * wait)));
  }

  get most(): number {
    return this.bounds.most;
  }

  answered(): void {
    const now = this.now();
    this.answers = this.recent(now) + 1;
    this.at = now;
  }

  private recent(now: number): number {
    return this.answers * Math.exp((this.at - now) / memory);
  }
}
