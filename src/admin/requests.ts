import type { Request } from 'express';
import { throwInvalidRequest } from '../http/schema-parts';
import type { JournalQuery } from './journal';

const mostEntries = 1_000;

/** Room for a scenario of faults. */
export const bodyLimit = 64 * 1024;

/** @throws HttpFault invalid-request */
export function readJournalQuery({ target }: Request): JournalQuery {
  const given = new Map(target.query.map(({ name, value }) => [name, value]));
  const number = (name: string, least: number, greatest: number): number | null => {
    const value = given.get(name);
    if (value === undefined || value === '') return null;
    const count = Number(value);
    if (/^\d{1,15}$/.test(value) && count >= least && count <= greatest) return count;
    return throwInvalidRequest(
      name,
      'number',
      `must be a whole number from ${String(least)} to ${String(greatest)}`,
    );
  };
  return {
    since: number('since', 0, Number.MAX_SAFE_INTEGER),
    surface: given.get('surface') || null,
    project: given.get('project') || null,
    user: given.get('user') || null,
    limit: number('limit', 1, mostEntries) ?? 100,
  };
}
