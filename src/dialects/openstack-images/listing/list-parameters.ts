import type { QueryPair } from '../../../http/target';
import { pageError } from '../errors/page-error';
import { pythonInteger } from '../python/python-text';

/** Entries of a page. */
export const pageSize = { usual: 25, largest: 1000 };

/**
 * The parameters of a list request. A name may come several times, and Glance then takes now the first, now
 * the last of them, and leaves the rest to be read as a filter: so reading takes parameters away.
 */
export class ListParameters {
  private pairs: QueryPair[];

  constructor(pairs: readonly QueryPair[]) {
    this.pairs = [...pairs];
  }

  /** Takes the first of this name away. */
  take(name: string): string | undefined {
    const at = this.pairs.findIndex((pair) => pair.name === name);
    return at < 0 ? undefined : this.pairs.splice(at, 1)[0]?.value;
  }

  takeAll(name: string): string[] {
    const found = this.pairs.filter((pair) => pair.name === name).map(({ value }) => value);
    this.pairs = this.pairs.filter((pair) => pair.name !== name);
    return found;
  }

  last(name: string): string | undefined {
    return this.pairs.findLast((pair) => pair.name === name)?.value;
  }

  /** What is left: every name once, with its last value, in the order in which the names came first. */
  rest(): ReadonlyMap<string, string> {
    return new Map(this.pairs.map(({ name, value }) => [name, value]));
  }
}

/** @throws PageError 400 */
export function readLimit(text: string, least = 0): number {
  const limit = pythonInteger(text);
  if (limit === undefined) throw pageError(400, 'limit param must be an integer');
  if (limit < least) throw pageError(400, 'limit param must be positive');
  return limit;
}

/** @throws PageError 400 */
export function readSortDirection(direction = 'desc'): 'asc' | 'desc' {
  if (direction === 'asc' || direction === 'desc') return direction;
  throw pageError(400, `Invalid sort direction: ${direction}`);
}

/** Both links lead to the same filters (divergence D6: Glance keeps only the last of several tags). */
export function listLinks(
  pairs: readonly QueryPair[],
  nextMarker: string | undefined,
  path = '/v2/images',
): { first: string; next: string | undefined } {
  const filters = pairs.filter(({ name }) => name !== 'marker');
  // A page after the first is wrong without every key that the order has.
  const next = nextMarker === undefined ? undefined : queryText(filters, ['tag', 'sort_key', 'sort_dir']);
  return {
    first: pathWithQuery(path, queryText(filters, ['tag'])),
    next: next === undefined ? undefined : pathWithQuery(path, [...next, ['marker', nextMarker ?? '']]),
  };
}

type Written = readonly (readonly [name: string, value: string])[];

/** Every name at the place where it came first; all values of those that are repeated, else the last. */
function queryText(pairs: readonly QueryPair[], repeated: readonly string[]): Written {
  const byName = new Map<string, string[]>();
  for (const { name, value } of pairs) {
    const before = repeated.includes(name) ? (byName.get(name) ?? []) : [];
    // The same tag twice is one filter. A sort key that comes twice has its direction twice, too.
    byName.set(name, name === 'tag' && before.includes(value) ? before : [...before, value]);
  }
  return [...byName].flatMap(([name, values]) => values.map((value) => [name, value] as const));
}

/** The path with these parameters in its query. */
export function pathWithQuery(path: string, written: Written): string {
  const query = written.map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`).join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** As Python's `urlencode` writes a name or a value. */
function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
