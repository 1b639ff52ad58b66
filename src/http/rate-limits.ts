import type { RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Authentication, Authenticator, Credentials } from '../identity/authenticator';
import { HttpFault } from './errors';

/**
 * Rejects an address after `points` requests a second, before anything else. As for projects, each process counts
 * for itself.
 * @throws HttpFault rate-limited
 */
export function limitAddresses(points: number): RequestHandler {
  const addresses = limiterOf(points);
  return async (req, _res, next) => {
    await take(addresses, req.ip);
    next();
  };
}

/** Rejects a project after `points` requests a second, once it is known. */
export class RateLimitedAuthenticator implements Authenticator {
  private readonly projects: RateLimiterMemory;

  constructor(
    private readonly authenticator: Authenticator,
    points: number,
  ) {
    this.projects = limiterOf(points);
  }

  /** @throws HttpFault rate-limited, and the authenticator's errors */
  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    if ('caller' in found) await take(this.projects, found.caller.projectId);
    return found;
  }
}

function limiterOf(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: 1 });
}

async function take(limiter: RateLimiterMemory, key: string | null | undefined): Promise<void> {
  if (key === null || key === undefined) return;
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new HttpFault({ kind: 'rate-limited', seconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) });
  }
}
