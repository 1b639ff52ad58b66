import {
  type Attributes,
  type DirectoryEntity,
  entityKinds,
  type EntityKind,
  type EntityStore,
  type Grant,
  textAttribute,
} from '../../entity-ports';
import type { IdentityRefusal } from '../../errors';

/** Attributes that refer to another entity, with its kind; the entity must exist. */
const references: readonly (readonly [string, EntityKind])[] = [
  ['domain_id', 'domain'],
  ['parent_region_id', 'region'],
  ['user_id', 'user'],
];

/** In the order in which Keystone looks for them. */
const orders: Readonly<Partial<Record<EntityKind, typeof references>>> = {
  endpoint: [
    ['region_id', 'region'],
    ['service_id', 'service'],
  ],
  'registered-limit': [
    ['service_id', 'service'],
    ['region_id', 'region'],
  ],
  limit: [
    ['service_id', 'service'],
    ['region_id', 'region'],
    ['project_id', 'project'],
    ['domain_id', 'domain'],
  ],
};

/** Kinds whose references are checked before the entity itself is looked up. */
export const kindsWithReferencesFirst: readonly EntityKind[] = ['endpoint', 'registered-limit'];

/** The first entity that this one refers to and that does not exist. */
export async function findMissingReference(
  store: EntityStore,
  kind: EntityKind,
  entity: DirectoryEntity,
): Promise<IdentityRefusal | undefined> {
  const own = orders[kind];
  for (const [name, other] of own ?? references) {
    const id = entity[name];
    if (typeof id !== 'string' || !(entityKinds[kind] as readonly string[]).includes(name)) continue;
    if (await store.find(other, id)) continue;
    if (kind === 'project') return { kind: 'rule', rule: 'no-place', thing: other, id };
    if (own === undefined) return { kind: 'not-found', thing: other, id };
    return { kind: 'rule', rule: `no-${other}`, thing: kind, id };
  }
  return kind === 'limit' ? faultOfLimit(store, entity) : undefined;
}

/** A limit narrows one that is registered. */
async function faultOfLimit(
  store: EntityStore,
  limit: DirectoryEntity,
): Promise<IdentityRefusal | undefined> {
  const { service_id: service, region_id: region, resource_name: resource } = limit;
  if (resource === undefined) return undefined;
  const where: Attributes = { service_id: service, region_id: region ?? null, resource_name: resource };
  if ((await store.list('registered-limit', where)).length > 0) return undefined;
  return { kind: 'rule', rule: 'limit-unregistered', thing: 'limit', id: textAttribute(resource) };
}

/** A region below itself has no end. */
export async function validateRegionParent(
  store: EntityStore,
  region: DirectoryEntity,
): Promise<IdentityRefusal | undefined> {
  const parent = textAttribute(region['parent_region_id']);
  const seen = new Set<string>();
  for (let above = parent; above !== '' && !seen.has(above);) {
    if (above === region.id) return { kind: 'rule', rule: 'circular-region', thing: 'region', id: parent };
    seen.add(above);
    above = textAttribute((await store.find('region', above))?.['parent_region_id']);
  }
  return undefined;
}

/** The region and those below it. */
export async function regionSubtree(store: EntityStore, id: string): Promise<readonly string[]> {
  const found = [id];
  for (const above of found) {
    for (const child of await store.list('region', { parent_region_id: above })) {
      if (!found.includes(child.id)) found.push(child.id);
    }
  }
  return found;
}

/** A role of a domain is given in that domain only. */
export async function validateDomainRole(
  store: EntityStore,
  { roleId, target }: Grant,
): Promise<IdentityRefusal | undefined> {
  const domain = (await store.find('role', roleId))?.['domain_id'] ?? null;
  if (domain === null || target.kind === 'domain') return undefined;
  if (target.kind === 'system') return { kind: 'rule', rule: 'system-role', thing: 'role', id: roleId };
  const project = await store.find('project', target.id);
  if (project?.['domain_id'] === domain) return undefined;
  return { kind: 'rule', rule: 'role-domain', thing: 'role', id: `${target.id} ${roleId}` };
}

/** A role that others may not imply. */
export function validateImpliedRole(
  prior: DirectoryEntity,
  implied: DirectoryEntity,
): IdentityRefusal | undefined {
  const isOfDomain = (role: DirectoryEntity): boolean => typeof role['domain_id'] === 'string';
  if (implied['name'] !== 'admin' && (isOfDomain(prior) || !isOfDomain(implied))) return undefined;
  return { kind: 'rule', rule: 'never-implied', thing: 'role', id: implied.id };
}
