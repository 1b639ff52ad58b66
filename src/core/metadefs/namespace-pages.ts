import type { MetadefNamespace } from './metadef';

/** By which namespaces can be sorted. */
export type NamespaceSortKey = keyof MetadefNamespace;

export interface SortOrder<Key extends string> {
  readonly key: Key;
  readonly descending: boolean;
}

type Value = string | number | boolean | null;

/** `a` before `b`: negative. Null is above everything, as Postgres has it. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/**
 * The part of a list behind a marker, which need not be in it. Equal ones stand by age and then by `last`, in the
 * same direction.
 */
export function pageAfterMarker<Row extends { readonly createdAt: string }, Key extends keyof Row & string>(
  rows: readonly Row[],
  { key, descending }: SortOrder<Key>,
  last: keyof Row & string,
  marker: Row | null,
  limit: number | null,
): readonly Row[] {
  const keys = [key, 'createdAt', last] as const;
  const order = (a: Row, b: Row): number => {
    for (const one of keys) {
      const found = compare(a[one] as Value, b[one] as Value);
      if (found !== 0) return descending ? -found : found;
    }
    return 0;
  };
  const sorted = [...rows].sort(order);
  const behind = marker === null ? sorted : sorted.filter((row) => order(row, marker) > 0);
  return limit === null ? behind : behind.slice(0, limit);
}
