import type { DirectoryEntity, EntityKind } from '../entity-ports';
import type { IdentityRefusal } from '../errors';

/** What endpoints are grouped by. */
const filterNames: readonly string[] = ['service_id', 'region_id', 'interface'];

/** Whether the endpoint has all values that the group's filters name. */
export function isEndpointInGroup(endpoint: DirectoryEntity, group: DirectoryEntity): boolean {
  return Object.entries(filtersOf(group)).every(
    ([name, value]) => filterNames.includes(name) && endpoint[name] === value,
  );
}

export function validateNewFilters(kind: EntityKind, group: DirectoryEntity): IdentityRefusal | undefined {
  if (kind !== 'endpoint-group') return undefined;
  return Object.keys(filtersOf(group)).length === 0
    ? { kind: 'rule', rule: 'filters-empty', thing: kind, id: group.id }
    : validateFilterChange(kind, group);
}

export function validateFilterChange(kind: EntityKind, group: DirectoryEntity): IdentityRefusal | undefined {
  if (kind !== 'endpoint-group') return undefined;
  const areKnown = Object.keys(filtersOf(group)).every((name) => filterNames.includes(name));
  return areKnown ? undefined : { kind: 'rule', rule: 'filters-unknown', thing: kind, id: group.id };
}

function filtersOf(group: DirectoryEntity): object {
  return (group['filters'] as object | undefined) ?? {};
}
