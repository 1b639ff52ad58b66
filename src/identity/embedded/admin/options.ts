import type { Json } from '../../entity-ports';

/** Options after a change: null removes one. */
export function withoutNull(options: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}
