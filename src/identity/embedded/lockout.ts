import { LRUCache } from 'lru-cache';

/** How many failures in a row lock, and for how many seconds. 0 failures: never. */
export interface LockoutRule {
  readonly failures: number;
  readonly seconds: number;
}

export const defaultLockout: LockoutRule = { failures: 5, seconds: 300 };

export const defaultLoginLockout: LockoutRule = { failures: 10, seconds: 60 };

interface Count {
  failures: number;
  lockedUntil: number;
}

/**
 * Counts failures in a row by name and locks what fails too often. Bounded: of very many names those that
 * failed longest ago are forgotten. Of one process; several gateways count each for itself.
 */
export class Lockout {
  private readonly counts = new LRUCache<string, Count>({ max: 10_000 });

  constructor(private readonly rule: LockoutRule) {}

  /** @param now seconds */
  isLocked(name: string, now: number): boolean {
    const count = this.counts.peek(name);
    if (!count || count.lockedUntil === 0) return false;
    if (now < count.lockedUntil) return true;
    this.counts.delete(name);
    return false;
  }

  failed(name: string, now: number): void {
    if (this.rule.failures === 0) return;
    const count = this.counts.get(name) ?? { failures: 0, lockedUntil: 0 };
    count.failures++;
    // Requests that were let in before the lock and fail after it do not lengthen it.
    if (count.lockedUntil === 0 && count.failures >= this.rule.failures) {
      count.lockedUntil = now + this.rule.seconds;
    }
    this.counts.set(name, count);
  }

  succeeded(name: string): void {
    const count = this.counts.peek(name);
    if (count?.lockedUntil === 0) this.counts.delete(name);
  }
}
