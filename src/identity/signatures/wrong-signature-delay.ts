import { LRUCache } from 'lru-cache';

export const defaultFreeWrongSignatures = 5;

/** How much (ms) each further wrong signature adds to the wait, and the longest wait. */
const step = 25;
const most = 500;

/** Failures are forgotten when there was none for so many seconds. */
const memory = 60;

interface Count {
  readonly failures: number;
  readonly at: number;
}

/**
 * How long the answer to a wrong signature is held back. The secret of an access key is generated and cannot be
 * guessed, so a right signature is always accepted: locking a key would let anyone lock out its owner.
 */
export class WrongSignatureDelay {
  private readonly counts = new LRUCache<string, Count>({ max: 10_000 });

  /** @param free wrong signatures of a key that are answered at once; 0: all */
  constructor(private readonly free: number) {}

  /** @param now seconds @returns ms */
  failed(access: string, now: number): number {
    if (this.free === 0) return 0;
    const before = this.counts.get(access);
    const failures = (before && now - before.at < memory ? before.failures : 0) + 1;
    this.counts.set(access, { failures, at: now });
    return Math.min(most, Math.max(0, failures - this.free) * step);
  }
}
