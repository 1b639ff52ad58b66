import type { IdentityRefusal } from '../../errors';
import type {
  Attributes,
  DirectoryEntity,
  EntityStore,
  GrantStore,
  Json,
  EntityKind,
} from '../../entity-ports';
import { entityKinds, textAttribute } from '../../entity-ports';
import { defaultDomain } from '../../ids';
import { faultOfChangedFilters, faultOfNewFilters } from '../endpoint-match';
import { withoutNull } from './options';
import type { CallerWithToken } from './policy';

const defaults: Readonly<Partial<Record<EntityKind, Attributes>>> = {
  domain: { description: '', enabled: true, tags: [], options: {} },
  project: { description: '', enabled: true, tags: [], options: {}, parent_id: null },
  user: { enabled: true, options: {} },
  group: { description: '' },
  role: { description: null, options: {}, domain_id: null },
  region: { description: '', parent_region_id: null },
  service: { enabled: true },
  endpoint: { enabled: true, region_id: null },
  'endpoint-group': { description: null, filters: {} },
  'registered-limit': { region_id: null, description: null },
  limit: { region_id: null, description: null, project_id: null, domain_id: null },
};

/** Kinds whose things may refer to things of other kinds, by attribute; what they refer to must exist. */
const references: Readonly<Record<string, EntityKind>> = {
  domain_id: 'domain',
  service_id: 'service',
  region_id: 'region',
  parent_region_id: 'region',
  user_id: 'user',
};

/** Keystone's own bound on the levels of projects below a domain. */
const deepest = 5;

/** What Keystone insists on beyond the form of a body. */
export class EntityRules {
  constructor(
    private readonly store: EntityStore,
    private readonly grants: GrantStore,
  ) {}

  /** The new thing with what is not said filled in. */
  async plan(kind: EntityKind, asker: CallerWithToken, given: Attributes): Promise<Attributes> {
    const known: readonly string[] = entityKinds[kind];
    const all = { ...defaults[kind], ...withoutNulls(given, kind) };
    const own = Object.entries(all).filter(([name]) => known.includes(name) || name === 'password');
    const extra = Object.entries(given).filter(([name]) => !known.includes(name) && !handled.includes(name));
    const base: Attributes = {
      ...Object.fromEntries(own),
      ...(known.includes('extra') ? { extra: Object.fromEntries(extra) } : {}),
    };
    if (kind === 'project') return this.placeProject(asker, base);
    if (kind === 'user' || kind === 'group')
      return { ...base, domain_id: base['domain_id'] ?? homeOf(asker) };
    return base;
  }

  async faultOfNew(kind: EntityKind, entity: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const missing = await this.missingReference(kind, entity);
    if (missing) return missing;
    if (kind === 'project') return this.faultOfProject(entity);
    return kind === 'limit' ? this.faultOfLimit(entity) : faultOfNewFilters(kind, entity);
  }

  async faultOfChange(
    kind: EntityKind,
    before: DirectoryEntity,
    given: Attributes,
  ): Promise<IdentityRefusal | undefined> {
    const options = given['options'] as Readonly<Record<string, Json>> | undefined;
    if (isImmutable(before) && options?.['immutable'] !== false && options?.['immutable'] !== null) {
      return { kind: 'rule', rule: 'immutable-update', thing: kind, id: before.id };
    }
    for (const fixed of fixedOf[kind] ?? []) {
      if (given[fixed] !== undefined && given[fixed] !== shownOf(kind, before, fixed)) {
        return { kind: 'rule', rule: `fixed-${fixed}`, thing: kind, id: before.id };
      }
    }
    const refers = { ...given, id: before.id };
    return (await this.missingReference(kind, refers)) ?? faultOfChangedFilters(kind, refers);
  }

  async faultOfDeletion(kind: EntityKind, before: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const { id } = before;
    const rule = (name: string): IdentityRefusal => ({ kind: 'rule', rule: name, thing: kind, id });
    if (isImmutable(before)) return rule('immutable-delete');
    if (kind === 'domain' && id === defaultDomain) return rule('default-domain');
    if (kind === 'domain' && before['enabled'] === true) return rule('domain-enabled');
    if (kind === 'project' && (await this.some('project', { parent_id: id }))) return rule('has-children');
    if (kind === 'region' && (await this.isRegionUsed(id))) return rule('region-used');
    if (kind === 'registered-limit' && (await this.isLimitUsed(before))) return rule('limit-used');
    return undefined;
  }

  async beforeDeletion(kind: EntityKind, id: string): Promise<void> {
    if (kind === 'role') await this.grants.takeRoleFromAll(id);
    if (kind === 'group')
      await Promise.all((await this.grants.membersOf(id)).map((user) => this.store.endTokens('user', user)));
  }

  /** What is kept after a change: extras and options are added to, not replaced. */
  merged(kind: EntityKind, before: DirectoryEntity, given: Attributes): Attributes {
    const known: readonly string[] = entityKinds[kind];
    const changes = Object.entries(given).filter(
      ([name]) => (known.includes(name) || name === 'password') && !fixedOf[kind]?.includes(name),
    );
    const options: Readonly<Record<string, Json>> = {
      ...(before['options'] as object),
      ...(given['options'] as object | undefined),
    };
    const extras = Object.entries({ ...before, ...given }).filter(
      ([name]) => !known.includes(name) && !handled.includes(name),
    );
    return {
      ...Object.fromEntries(changes),
      ...(known.includes('options') ? { options: withoutNull(options) } : {}),
      ...(known.includes('extra') ? { extra: Object.fromEntries(extras) } : {}),
    };
  }

  takenAs(kind: EntityKind, entity: DirectoryEntity): IdentityRefusal {
    const name = textAttribute(entity['name']) || entity.id;
    return {
      kind: 'exists',
      thing: kind,
      name,
      ...(entity['name'] === undefined ? { by: 'id' } : {}),
    };
  }

  private async placeProject(asker: CallerWithToken, base: Attributes): Promise<Attributes> {
    const parentId = typeof base['parent_id'] === 'string' ? base['parent_id'] : null;
    const parent = parentId === null ? undefined : await this.store.find('project', parentId);
    if (parent) {
      const above = parent['ancestors'] as readonly string[];
      const domain = base['domain_id'] ?? parent['domain_id'];
      return { ...base, domain_id: domain, parent_id: parent.id, ancestors: [parent.id, ...above] };
    }
    // The domain itself may be named as the parent; an id that is neither is refused later.
    const isPlace = parentId !== null && (await this.store.find('domain', parentId)) !== undefined;
    const domain = base['domain_id'] ?? (isPlace ? parentId : homeOf(asker));
    return { ...base, domain_id: domain, parent_id: isPlace ? null : parentId, ancestors: [] };
  }

  private async faultOfProject(entity: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const parentId = entity['parent_id'];
    if (typeof parentId !== 'string') return undefined;
    const parent = await this.store.find('project', parentId);
    if (!parent) return { kind: 'not-found', thing: 'project', id: parentId };
    if (parent['domain_id'] !== entity['domain_id']) {
      return { kind: 'rule', rule: 'other-domain', thing: 'project', id: parentId };
    }
    const depth = (entity['ancestors'] as readonly string[]).length + 1;
    return depth >= deepest ? { kind: 'rule', rule: 'too-deep', thing: 'project', id: parentId } : undefined;
  }

  private async faultOfLimit(entity: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const { service_id: service, region_id: region, resource_name: resource } = entity;
    const where = { service_id: service, region_id: region ?? null, resource_name: resource };
    const registered = await this.some('registered-limit', where);
    return registered
      ? undefined
      : { kind: 'rule', rule: 'limit-unregistered', thing: 'limit', id: textAttribute(resource) };
  }

  private async missingReference(
    kind: EntityKind,
    entity: DirectoryEntity,
  ): Promise<IdentityRefusal | undefined> {
    for (const [name, other] of Object.entries(references)) {
      const id = entity[name];
      if (typeof id !== 'string' || !(entityKinds[kind] as readonly string[]).includes(name)) continue;
      if (await this.store.find(other, id)) continue;
      if (kind === 'region' || kind === 'user' || kind === 'group' || kind === 'project' || kind === 'role') {
        return { kind: 'not-found', thing: other, id };
      }
      return { kind: 'rule', rule: `no-${other}`, thing: kind, id };
    }
    return undefined;
  }

  private async isRegionUsed(id: string): Promise<boolean> {
    return (
      (await this.some('region', { parent_region_id: id })) ||
      (await this.some('endpoint', { region_id: id })) ||
      (await this.some('registered-limit', { region_id: id }))
    );
  }

  private async isLimitUsed({ service_id, region_id, resource_name }: DirectoryEntity): Promise<boolean> {
    return this.some('limit', { service_id, region_id: region_id ?? null, resource_name });
  }

  private async some(kind: EntityKind, where: Attributes): Promise<boolean> {
    return (await this.store.list(kind, where)).length > 0;
  }
}

/** Not stored as sent. */
const handled: readonly string[] = [
  'id',
  'password',
  'is_domain',
  'links',
  'explicit_domain_id',
  'region',
  'ancestors',
  'password_hash',
  'extra',
  'created_at',
  'token_epoch',
];

const fixedOf: Readonly<Partial<Record<EntityKind, readonly string[]>>> = {
  project: ['domain_id', 'parent_id'],
  user: ['domain_id'],
  group: ['domain_id'],
  role: ['domain_id'],
};

/** A project below the domain itself shows the domain as its parent. */
function shownOf(kind: EntityKind, entity: DirectoryEntity, name: string): Json | undefined {
  const value = entity[name];
  return kind === 'project' && name === 'parent_id' ? (value ?? entity['domain_id']) : value;
}

/** The domain of the token, else the default one. */
function homeOf({ token }: CallerWithToken): string {
  return token?.domain?.id ?? token?.project?.domain.id ?? defaultDomain;
}

function isImmutable(entity: DirectoryEntity): boolean {
  return (entity['options'] as { immutable?: unknown } | undefined)?.immutable === true;
}

/** A null says nothing where the column must hold something. */
function withoutNulls(given: Attributes, kind: EntityKind): Attributes {
  const base = defaults[kind] ?? {};
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== null || base[name] === null || !(name in base)),
  );
}
