import type { Request, Router } from 'express';
import { createJsonBodyParser } from '../http/middleware';
import { throwInvalidRequest } from '../http/schema-parts';
import { refuseOtherMethods } from './other-methods';
import { bodyLimit } from './requests';

/** The gateway's clock and ids, for suites whose results must not depend on the hour or on chance. */
export interface ClockAndIdControl {
  readonly clock: {
    /** ISO 8601 with microseconds, UTC */
    readonly now: () => string;
    readonly set: (moment: string, isStanding: boolean) => void;
    readonly unset: () => void;
    readonly state: { readonly isSet: boolean; readonly isStanding: boolean };
  };
  /** Removes history that has expired by that clock. @returns how many changes */
  readonly removeExpired: () => Promise<number>;
  /** @param seed null: random ids again */
  readonly setIds: (seed: string | null) => void;
}

export function routeAdminTime(routes: Router, { clock, removeExpired, setIds }: ClockAndIdControl): void {
  const shown = (): object => {
    const { isSet, isStanding } = clock.state;
    return { now: clock.now(), set: isSet, standing: isStanding };
  };
  routes
    .route('/admin/clock')
    .get((_req, res) => {
      res.json(shown());
    })
    .put(createJsonBodyParser(bodyLimit), async (req, res) => {
      const { moment, isStanding } = momentIn(req, clock.now());
      clock.set(moment, isStanding);
      const removed = await removeExpired();
      res.json({ ...shown(), expired_changes: removed });
    })
    .delete((_req, res) => {
      clock.unset();
      res.status(204).end();
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'PUT', 'DELETE'));
  routes
    .route('/admin/ids')
    .put(createJsonBodyParser(bodyLimit), (req, res) => {
      setIds(seedIn(req));
      res.status(204).end();
    })
    .delete((_req, res) => {
      setIds(null);
      res.status(204).end();
    })
    .all(refuseOtherMethods('PUT', 'DELETE'));
}

/** Ten years. */
const mostSeconds = 315_360_000;
/** What Postgres, tokens and both vendors' times can hold. */
const years = { first: '1980', last: '2099' };

function momentIn({ body }: Request, now: string): { moment: string; isStanding: boolean } {
  const given = objectIn(body, ['now', 'advance', 'standing']);
  const { now: to, advance, standing = false } = given;
  if (typeof standing !== 'boolean') return throwInvalidRequest('standing', 'flag', 'must be true or false');
  if ((to === undefined) === (advance === undefined)) {
    return throwInvalidRequest('now', 'required', 'it or advance must be given');
  }
  if (advance === undefined) return { moment: momentOf(to), isStanding: standing };
  if (typeof advance !== 'number' || !(Math.abs(advance) <= mostSeconds)) {
    return throwInvalidRequest('advance', 'number', `must be seconds, at most ${String(mostSeconds)}`);
  }
  const moment = new Date(Date.parse(now) + advance * 1_000).toISOString();
  return { moment: withMicroseconds(moment), isStanding: standing };
}

function momentOf(text: unknown): string {
  const isForm = typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text);
  const time = isForm ? Date.parse(text) : NaN;
  const year = Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 4);
  if (year >= years.first && year <= years.last) return withMicroseconds(new Date(time).toISOString());
  return throwInvalidRequest('now', 'time', 'must be a time such as 2026-01-31T12:00:00Z, from 1980 to 2099');
}

function withMicroseconds(moment: string): string {
  return `${moment.slice(0, -1)}000Z`;
}

function seedIn({ body }: Request): string {
  const { seed } = objectIn(body, ['seed']);
  const isSeed = (typeof seed === 'string' && seed.length <= 255) || Number.isSafeInteger(seed);
  return isSeed ? String(seed) : throwInvalidRequest('seed', 'text', 'must be a whole number or a text');
}

function objectIn(body: unknown, members: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return throwInvalidRequest('body', 'type', 'must be a JSON object');
  }
  const unknown = Object.keys(body).find((member) => !members.includes(member));
  if (unknown !== undefined)
    throwInvalidRequest(unknown, 'unknown', `is unknown; known are ${members.join(', ')}`);
  return body as Record<string, unknown>;
}
