/** Bounds of what may be under way. */
export interface AdmissionBounds {
  /** So many may always be, also when nothing was answered yet. */
  readonly floor: number;
  /** More may never be. */
  readonly most: number;
  /** How long (ms) whoever is let in should wait at most. */
  readonly wait: number;
}

/** How long (ms) an answer counts: by then about a third of its weight is left. */
const memory = 1_000;

/**
 * How many requests may be under way, by Little's law: as many as were answered of late within the time that one may
 * wait. Whoever comes then waits about so long, whether the gateway is quick or slow; a fixed number would be a short
 * wait with cheap requests and a long one with dear ones.
 */
export class Admission {
  /** Answers, each weighing less the longer ago it was, as of `at`. */
  private answers = 0;
  private at = 0;

  /** @param now milliseconds that only grow */
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
