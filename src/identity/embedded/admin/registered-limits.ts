import type { Attributes, DirectoryEntity, EntityStore } from '../../entity-ports';
import type { IdentityRefusal } from '../../errors';

type Store = Pick<EntityStore, 'list'>;

/** Whether a limit narrows this registered one. */
export async function isLimitUsed(
  store: Store,
  { service_id, region_id, resource_name }: DirectoryEntity,
): Promise<boolean> {
  return (await store.list('limit', { service_id, region_id: region_id ?? null, resource_name })).length > 0;
}

export async function changedLimitRefusal(
  store: Store,
  before: DirectoryEntity,
  given: Attributes,
): Promise<IdentityRefusal | undefined> {
  const thing = 'registered-limit';
  if (await isLimitUsed(store, before)) return { kind: 'rule', rule: 'limit-used', thing, id: before.id };
  const named = Boolean(given['service_id']) || 'region_id' in given || Boolean(given['resource_name']);
  const { service_id, region_id = null, resource_name } = { ...before, ...given };
  // As in Keystone, it is in its own way.
  const isTaken = named && (await store.list(thing, { service_id, region_id, resource_name })).length > 0;
  return isTaken ? { kind: 'exists', thing, name: '' } : undefined;
}
