import type { RequestHandler } from 'express';
import {
  RateLimiterCluster,
  RateLimiterClusterMaster,
  RateLimiterMemory,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Authentication, Authenticator, Credentials } from '../identity/authenticator';
import { HttpFault } from './errors';

interface Limiter {
  consume(key: string): Promise<unknown>;
}

/** How many requests a second there may be, and whether this process is one of several workers that count together. */
export interface RequestRate {
  readonly points: number;
  readonly isWorker: boolean;
}

/**
 * Rejects an address after so many requests a second, before anything else. As for projects, each gateway counts
 * for itself.
 * @throws HttpFault rate-limited
 */
export function createAddressRateLimit(rate: RequestRate): RequestHandler {
  const addresses = limiterOf('addresses', rate);
  return async (req, _res, next) => {
    await take(addresses, req.ip);
    next();
  };
}

/** Rejects a project after so many requests a second, once it is known. */
export class RateLimitedAuthenticator implements Authenticator {
  private readonly projects: Limiter;

  constructor(
    private readonly authenticator: Authenticator,
    rate: RequestRate,
  ) {
    this.projects = limiterOf('projects', rate);
  }

  /** @throws HttpFault rate-limited, and the authenticator's errors */
  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    if ('caller' in found) await take(this.projects, found.caller.projectId);
    return found;
  }
}

/** For the primary of workers, before it starts them: it counts for all of them. */
export function countRequestsForWorkers(): void {
  new RateLimiterClusterMaster();
}

/** ms that the primary has to answer; it does nothing but count and watch its workers */
const timeoutMs = 500;

function limiterOf(keyPrefix: string, { points, isWorker }: RequestRate): Limiter {
  const own = new RateLimiterMemory({ points, duration: 1 });
  if (!isWorker) return own;
  const shared = new RateLimiterCluster({ keyPrefix, points, duration: 1, timeoutMs });
  return {
    // Without an answer of the primary each worker counts for itself.
    consume: (key) =>
      shared.consume(key).catch((error: unknown) => {
        if (error instanceof RateLimiterRes) throw error;
        return own.consume(key);
      }),
  };
}

async function take(limiter: Limiter, key: string | null | undefined): Promise<void> {
  if (key === null || key === undefined) return;
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new HttpFault({ kind: 'rate-limited', seconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) });
  }
}
