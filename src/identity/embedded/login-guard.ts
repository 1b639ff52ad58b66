import type { Observe } from '../../core/observe';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../core/clock';
import { LRUCache } from 'lru-cache';
import type { AuditObservation } from '../audit';
import type { LoginAttemptCount, LoginAttemptStore } from '../login-attempt-ports';
import { toUnixSeconds } from '../time';

/** Wrong tries in a minute. 0: as many as come. */
export interface LoginLimits {
  /** of one identity from one address */
  readonly perAddress: number;
  /** of one identity from all addresses that it has not logged in from lately */
  readonly perIdentity: number;
}

export const defaultLoginLimits: LoginLimits = { perAddress: 20, perIdentity: 60 };

/** For how long an address counts as one that an identity has logged in from (minutes). */
const knownFor = 30 * 24 * 60;

/** A login moves that on when it is older than this (minutes): most logins write nothing. */
const renewAfter = 60;

/** One in so many wrong tries removes the expired rows. */
const forgetEvery = 200;

/** The identity that a login is tried for, and the client's address. */
export interface LoginAttempt {
  /** What the names in the request resolve to; for an unknown name, the name. */
  readonly identity: string;
  readonly address: string | undefined;
}

/** By the user: `original` is the old password, `address` the client's. */
export interface PasswordChange {
  readonly original: string;
  readonly password: string;
  readonly address: string | undefined;
}

/**
 * Slows down guessing of passwords and secrets. The counts are of the identity that a request means, however it
 * names it, and all processes share them. An address that has logged in before is not limited by what others do.
 */
export class LoginGuard {
  /** Tries of this process that are being checked: they count as wrong until they prove right. */
  private readonly pending = new Map<string, number>();
  /** How many tries of an identity have proved wrong in this process, while it is of use to know. */
  private readonly failureCounts = new LRUCache<string, number>({ max: 10_000 });
  private readonly renewed = new LRUCache<string, number>({ max: 10_000 });
  private wrong = 0;

  constructor(
    private readonly store: LoginAttemptStore,
    private readonly rule: LoginLimits,
    private readonly observe: Observe<AuditObservation>,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks a password or a secret unless too many were wrong of late.
   * @returns false for a wrong one and for any that is not checked: a guesser must not learn which
   * @throws Unavailable
   */
  async check(tried: LoginAttempt, verify: () => Promise<boolean>): Promise<boolean> {
    if (this.rule.perAddress === 0) return verify();
    const names = namesOf(tried);
    let counts: readonly (LoginAttemptCount | undefined)[];
    let counted: number | undefined;
    // What was read while a try proved wrong may lack that try, which is no longer pending either.
    do {
      counted = this.failureCounts.get(tried.identity);
      counts = await this.store.tries(names);
    } while (this.failureCounts.get(tried.identity) !== counted);
    if (this.isOver(names, counts)) {
      const event = { event: 'login-throttled', who: [tried.identity] } as const;
      this.observe({ kind: 'audit', event, address: tried.address ?? null });
      return false;
    }
    for (const name of names) this.pending.set(name, this.pendingOf(name) + 1);
    let right = false;
    try {
      right = await verify();
      await (right ? this.succeeded(names, counts[0]) : this.failed(names));
      return right;
    } finally {
      if (!right) this.failureCounts.set(tried.identity, (this.failureCounts.get(tried.identity) ?? 0) + 1);
      for (const name of names) this.releasePending(name);
    }
  }

  private isOver(names: Names, [here, everywhere]: readonly (LoginAttemptCount | undefined)[]): boolean {
    const { perAddress, perIdentity } = this.rule;
    const now = toUnixSeconds(this.clock.now());
    const of = (name: string, count: LoginAttemptCount | undefined): number =>
      recent(count, now) + this.pendingOf(name);
    if (of(names[0], here) >= perAddress) return true;
    return !isKnown(here, minuteOf(now)) && of(names[1], everywhere) >= perIdentity;
  }

  private async failed(names: Names): Promise<void> {
    const minute = minuteOf(toUnixSeconds(this.clock.now()));
    await this.store.addTry(names, minute);
    this.wrong++;
    if (this.wrong % forgetEvery === 0) await this.store.forget(minute - 1, minute - knownFor);
  }

  private async succeeded([name]: Names, before: LoginAttemptCount | undefined): Promise<void> {
    const minute = minuteOf(toUnixSeconds(this.clock.now()));
    const last = Math.max(before?.loggedInMinute ?? 0, this.renewed.get(name) ?? 0);
    if (minute - last < renewAfter) return;
    this.renewed.set(name, minute);
    await this.store.setLoggedIn(name, minute);
  }

  private pendingOf(name: string): number {
    return this.pending.get(name) ?? 0;
  }

  private releasePending(name: string): void {
    const left = this.pendingOf(name) - 1;
    if (left > 0) this.pending.set(name, left);
    else this.pending.delete(name);
  }
}

type Names = readonly [here: string, everywhere: string];

/** Of the identity from that address, and of the identity. */
function namesOf({ identity, address }: LoginAttempt): Names {
  return [`${identity} from ${networkOf(address ?? 'nowhere')}`, identity];
}

/** A holder of one IPv6 address usually has its whole network. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [front = '', back] = address.split('::');
  const groups = front.split(':').filter((group) => group !== '');
  const rest = back === undefined ? [] : back.split(':').filter((group) => group !== '');
  const zeros = back === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => '0');
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}

function minuteOf(seconds: number): number {
  return Math.floor(seconds / 60);
}

/** Tries in the last sixty seconds, as if those of the minute before were spread over it. */
function recent(count: LoginAttemptCount | undefined, now: number): number {
  if (!count) return 0;
  const left = 1 - (now % 60) / 60;
  const age = minuteOf(now) - count.minute;
  if (age <= 0) return count.tries + Math.floor(count.triesBefore * left);
  return age === 1 ? Math.floor(count.tries * left) : 0;
}

function isKnown(count: LoginAttemptCount | undefined, minute: number): boolean {
  const last = count?.loggedInMinute ?? null;
  return last !== null && minute - last < knownFor;
}
