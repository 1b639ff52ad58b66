import type { Clock } from '../../core/clock';
import type { AuditLog } from '../audit-log';
import type { IdentityRefusal, Outcome } from '../errors';
import { Lockout, type LockoutRule } from './lockout';
import { secondsOf } from '../time';
import type { Token } from '../tokens/tokens';

interface Issued {
  readonly token: Pick<Token, 'user'>;
}

/** An address may be that of many people, so it may fail more often than one user. */
const addressFactor = 10;

/** Slows down who guesses passwords, by user and by address, and tells the audit log of every login. */
export class LoginGuard {
  private readonly users: Lockout;
  private readonly addresses: Lockout;

  /** @param rule of one user */
  constructor(
    rule: LockoutRule,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {
    this.users = new Lockout(rule);
    this.addresses = new Lockout({ ...rule, failures: rule.failures * addressFactor });
  }

  /**
   * @param who names that were tried; none when only tokens were shown
   * Who is locked out is answered like anybody whose password is wrong, also when it is right.
   */
  async watch<Result extends Issued>(
    who: readonly string[],
    address: string | undefined,
    login: () => Promise<Outcome<Result>>,
  ): Promise<Outcome<Result>> {
    if (this.isLocked(who, address)) return this.throttled(who, address);
    const outcome = await login();
    const told = address ?? null;
    if ('refusal' in outcome) {
      if (outcome.refusal.kind === 'not-authenticated') this.failed(who, address);
      this.audit.record({ event: 'login-refused', who }, told);
      return outcome;
    }
    // Others may have failed while this password was being checked.
    if (this.isLocked(who, address)) return this.throttled(who, address);
    for (const name of who) this.users.succeeded(name);
    this.audit.record({ event: 'login', who: [`user ${outcome.value.token.user.id}`] }, told);
    return outcome;
  }

  private isLocked(who: readonly string[], address: string | undefined): boolean {
    const now = secondsOf(this.clock.now());
    return (
      who.some((name) => this.users.isLocked(name, now)) ||
      (address !== undefined && this.addresses.isLocked(address, now))
    );
  }

  private failed(who: readonly string[], address: string | undefined): void {
    const now = secondsOf(this.clock.now());
    for (const name of who) this.users.failed(name, now);
    if (address !== undefined) this.addresses.failed(address, now);
  }

  private throttled(who: readonly string[], address: string | undefined): { refusal: IdentityRefusal } {
    this.audit.record({ event: 'login-throttled', who }, address ?? null);
    return { refusal: { kind: 'not-authenticated' } };
  }
}
