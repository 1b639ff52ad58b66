import type { RequestHandler } from 'express';
import { Admission, type AdmissionBounds } from '../http/admission';
import type { Shedding } from '../http/app';
import { LoadShedding } from '../http/load-shedding';
import { limitAddresses, RateLimitedAuthenticator } from '../http/rate-limits';
import type { RequestObservation } from '../http/request-observation';
import type { Observe } from '../core/observe';
import type { Authenticator } from '../identity/authenticator';
import type { Config } from '../settings/config';

export function rateLimited({ rates }: Config, authenticator: Authenticator): Authenticator {
  return rates.perProject === null
    ? authenticator
    : new RateLimitedAuthenticator(authenticator, rates.perProject);
}

export function addressLimits({ rates }: Config): RequestHandler[] {
  return rates.perAddress === null ? [] : [limitAddresses(rates.perAddress)];
}

/** Requests always admitted: enough for 128 connections that send one request at a time. */
const floor = 128;
const pagesFloor = 32;

/** @param usesExternalIdentity whether another service authenticates callers */
export function sheddingOf(
  { maxConcurrent: most, targetWait: wait }: Config,
  usesExternalIdentity: boolean,
  observe: Observe<RequestObservation>,
): Shedding {
  const of = (bounds: AdmissionBounds): LoadShedding =>
    new LoadShedding(new Admission(bounds), usesExternalIdentity, (dialect) => {
      observe({ kind: 'request-rejected', dialect });
    });
  return { requests: of({ floor, most, wait }), pages: of({ floor: pagesFloor, most, wait }) };
}
