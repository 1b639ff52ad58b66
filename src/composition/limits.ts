import type { RequestHandler } from 'express';
import { AdmissionControl, type AdmissionBounds } from '../http/admission';
import type { LoadSheddingByKind } from '../http/app';
import { LoadShedding } from '../http/load-shedding';
import { createAddressRateLimit, RateLimitedAuthenticator } from '../http/rate-limits';
import type { RequestObservation } from '../http/request-observation';
import type { Observe } from '../core/observe';
import type { Authenticator } from '../identity/authenticator';
import type { Config } from '../settings/config';
import type { ProcessRole } from './role';

/** @param role of this process: workers of one gateway count together */
export function withProjectRateLimit(
  { rates: { perProject: points } }: Config,
  { isWorker }: ProcessRole,
  authenticator: Authenticator,
): Authenticator {
  return points === null ? authenticator : new RateLimitedAuthenticator(authenticator, { points, isWorker });
}

export function createAddressRateLimits(
  { rates: { perAddress: points } }: Config,
  { isWorker }: ProcessRole,
): RequestHandler[] {
  return points === null ? [] : [createAddressRateLimit({ points, isWorker })];
}

/** Requests always admitted: enough for 128 connections that send one request at a time. */
const floor = 128;
const pagesFloor = 32;

/** @param usesExternalIdentity whether another service authenticates callers */
export function createShedding(
  { maxConcurrent: most, targetWait: wait }: Config,
  usesExternalIdentity: boolean,
  observe: Observe<RequestObservation>,
): LoadSheddingByKind {
  const of = (bounds: AdmissionBounds): LoadShedding =>
    new LoadShedding(new AdmissionControl(bounds), usesExternalIdentity, (dialect) => {
      observe({ kind: 'request-rejected', dialect });
    });
  return { requests: of({ floor, most, wait }), pages: of({ floor: pagesFloor, most, wait }) };
}
