import { type Clock, type Instant, instantFromMicros, microsFromInstant } from './clock';

/** The machine's clock, until it is set: then it goes on from there, or stands still. */
export class SettableClock implements Clock {
  /** microseconds before the machine's clock, which is negative after it */
  private ahead = 0;
  /** Where it stands, in microseconds; null: it goes. */
  private standing: number | null = null;

  constructor(private readonly machine: Clock) {}

  now(): Instant {
    // Even then no two answers are the same: the order of changes depends on it.
    if (this.standing !== null) return instantFromMicros(this.standing++);
    const moment = this.machine.now();
    return this.ahead === 0 ? moment : instantFromMicros(microsFromInstant(moment) + this.ahead);
  }

  set(moment: Instant, isStanding: boolean): void {
    const to = microsFromInstant(moment);
    this.ahead = to - microsFromInstant(this.machine.now());
    this.standing = isStanding ? to : null;
  }

  /** Back to the machine's clock. */
  unset(): void {
    this.ahead = 0;
    this.standing = null;
  }

  get state(): { readonly isSet: boolean; readonly isStanding: boolean } {
    const isStanding = this.standing !== null;
    return { isSet: isStanding || this.ahead !== 0, isStanding };
  }
}
