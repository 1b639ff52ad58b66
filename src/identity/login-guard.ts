import type { Clock } from '../core/clock';
import type { AuditLog } from './audit-log';
import type { Outcome } from './errors';
import { Lockout, type LockoutRule } from './lockout';
import type { IssuedToken, LoginProof, LoginRequest } from './login';
import { secondsOf } from './time';

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

  /** Who is locked out is answered like anybody whose password is wrong, also when it is right. */
  async watch(
    { proofs }: LoginRequest,
    address: string | undefined,
    login: () => Promise<Outcome<IssuedToken>>,
  ): Promise<Outcome<IssuedToken>> {
    const who = proofs.flatMap(nameOf);
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

  private throttled(who: readonly string[], address: string | undefined): Outcome<IssuedToken> {
    this.audit.record({ event: 'login-throttled', who }, address ?? null);
    return { refusal: { kind: 'not-authenticated' } };
  }
}

/** As the client named itself, cut to what is worth keeping. A token names nobody, and is too long to be guessed. */
function nameOf(proof: LoginProof): string[] {
  switch (proof.method) {
    case 'password':
      return [`user ${'id' in proof.user ? proof.user.id : proof.user.name}`.slice(0, 128)];
    case 'application_credential':
      return [
        `credential ${'id' in proof.credential ? proof.credential.id : proof.credential.name}`.slice(0, 128),
      ];
    case 'token':
      return [];
  }
}
