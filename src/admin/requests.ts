import type { ParamSchema } from 'express-validator';
import type { Request } from 'express';
import { requestReader } from '../http/request-reader';
import { issueSchema, refuseRequest } from '../http/schema-parts';
import type { FaultRule } from './faults';
import type { JournalQuery } from './journal';

const most = { delay: 60_000, times: 10_000, entries: 1_000 };

/** Bodies of these routes have a handful of short members. */
export const bodyLimit = 64 * 1024;

function wholeNumber(least: number, greatest: number): ParamSchema {
  return {
    in: ['body'],
    optional: true,
    custom: {
      options: (value: unknown) =>
        typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest,
    },
    ...issueSchema('number', `must be a whole number from ${String(least)} to ${String(greatest)}`),
  };
}

function text(form: RegExp, words: string): ParamSchema {
  return {
    in: ['body'],
    optional: true,
    custom: { options: (value: unknown) => typeof value === 'string' && form.test(value) },
    ...issueSchema('text', words),
  };
}

const members = ['surface', 'method', 'path', 'status', 'delay', 'job', 'times'];

/** @param surfaces the dialects' names: only they can have faults */
export function faultReader(surfaces: readonly string[]): (req: Request) => Promise<FaultRule> {
  const read = requestReader(
    {
      surface: text(new RegExp(`^(?:${surfaces.join('|')})$`), `must be one of ${surfaces.join(', ')}`),
      method: text(/^[A-Za-z]{1,20}$/, 'must be an HTTP method'),
      path: text(/^\/[^?#]{0,2000}$/, 'must be the beginning of a path'),
      status: wholeNumber(400, 599),
      delay: wholeNumber(0, most.delay),
      job: text(/^[A-Za-z]{1,10}\.\d{1,6}$/, 'must be an error code such as IMG.0061'),
      times: wholeNumber(1, most.times),
    },
    (seen): FaultRule => ({
      surface: textIn(seen['surface']),
      method: textIn(seen['method'])?.toUpperCase() ?? null,
      path: textIn(seen['path']),
      status: typeof seen['status'] === 'number' ? seen['status'] : null,
      delay: typeof seen['delay'] === 'number' ? seen['delay'] : 0,
      job: textIn(seen['job']),
      times: typeof seen['times'] === 'number' ? seen['times'] : 1,
    }),
  );
  return async (req) => {
    refuseUnknown(req.body);
    const rule = await read(req);
    if (rule.status === null && rule.delay === 0 && rule.job === null)
      refuseRequest('status', 'required', 'it, delay or job must be given');
    return rule;
  };
}

/** A misspelt member would create a fault for unintended requests. */
function refuseUnknown(body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    refuseRequest('body', 'type', 'must be a JSON object');
  }
  const unknown = Object.keys(body).find((name) => !members.includes(name));
  if (unknown !== undefined) refuseRequest(unknown, 'unknown', `is none of ${members.join(', ')}`);
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** @throws HttpFault invalid-request */
export function readJournalQuery({ target }: Request): JournalQuery {
  const given = new Map(target.query.map(({ name, value }) => [name, value]));
  const number = (name: string, least: number, greatest: number): number | null => {
    const value = given.get(name);
    if (value === undefined || value === '') return null;
    const count = Number(value);
    if (/^\d{1,15}$/.test(value) && count >= least && count <= greatest) return count;
    return refuseRequest(
      name,
      'number',
      `must be a whole number from ${String(least)} to ${String(greatest)}`,
    );
  };
  return {
    since: number('since', 0, Number.MAX_SAFE_INTEGER),
    surface: given.get('surface') || null,
    limit: number('limit', 1, most.entries) ?? 100,
  };
}
