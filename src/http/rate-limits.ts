import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Authentication, Authenticator, Credentials } from '../identity/authenticator';
import { HttpFault } from './errors';

/** Requests a second; null: as many as come. */
export interface RateLimits {
  readonly perAddress: number | null;
  readonly perProject: number | null;
}

/**
 * Sends away who asks too often: an address before anything is looked at, a project once it is known. Of one
 * process; several gateways count each for itself.
 */
export class RateLimitedAuthenticator implements Authenticator {
  private readonly addresses: RateLimiterMemory | undefined;
  private readonly projects: RateLimiterMemory | undefined;

  constructor(
    private readonly authenticator: Authenticator,
    { perAddress, perProject }: RateLimits,
  ) {
    this.addresses = limiterOf(perAddress);
    this.projects = limiterOf(perProject);
  }

  /** @throws HttpFault rate-limited, and what the authenticator throws */
  async authenticate(credentials: Credentials): Promise<Authentication> {
    await take(this.addresses, credentials.address);
    const found = await this.authenticator.authenticate(credentials);
    if ('caller' in found) await take(this.projects, found.caller.projectId);
    return found;
  }
}

function limiterOf(points: number | null): RateLimiterMemory | undefined {
  return points === null ? undefined : new RateLimiterMemory({ points, duration: 1 });
}

async function take(limiter: RateLimiterMemory | undefined, key: string | null | undefined): Promise<void> {
  if (!limiter || key === null || key === undefined) return;
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new HttpFault({ kind: 'rate-limited', seconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) });
  }
}
