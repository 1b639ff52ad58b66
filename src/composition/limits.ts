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

/** Requests that are always let in: 128 connections that ask one thing after the other are served. */
const floor = 128;
const pagesFloor = 32;

/** @param asksElsewhere whether another service says who asks */
export function sheddingOf(
  { maxConcurrent: most, targetWait: wait }: Config,
  asksElsewhere: boolean,
  observe: Observe<RequestObservation>,
): Shedding {
  const of = (bounds: AdmissionBounds): LoadShedding =>
    new LoadShedding(new Admission(bounds), asksElsewhere, (dialect) => {
      observe({ kind: 'request-rejected', dialect });
    });
  return { requests: of({ floor, most, wait }), pages: of({ floor: pagesFloor, most, wait }) };
}
