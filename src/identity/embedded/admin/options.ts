import type { DirectoryEntity, Json } from '../../entity-ports';

/** Options after a change: null removes one. */
export function withoutNullOptions(options: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

export function isImmutable(entity: DirectoryEntity): boolean {
  return (entity['options'] as { immutable?: unknown } | undefined)?.immutable === true;
}

/** What is immutable is made mutable by a change of nothing else, as in Keystone. */
export function onlyMakesMutable({
  options,
  ...others
}: Readonly<Record<string, Json | undefined>>): boolean {
  const { immutable } = (options ?? {}) as { readonly immutable?: unknown };
  return Object.keys(others).length === 0 && (immutable === false || immutable === null);
}
