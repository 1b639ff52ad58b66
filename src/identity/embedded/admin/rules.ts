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
import { validateFilterChange, validateNewFilters } from '../endpoint-match';
import { hasOnlyKnownPlaceholders } from './endpoint-url';
import { isImmutable, onlyMakesMutable, withoutNullOptions } from './options';
import type { CallerWithToken } from './caller-with-token';
import { findDisabledAncestor, validateEnabling } from './project-hierarchy';
import { changedLimitRefusal, isLimitUsed } from './registered-limits';
import { validateRegionParent, findMissingReference, regionSubtree } from './references';

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

/** Keystone's own bound on the levels of projects below a domain. */
const deepest = 5;

/** What Keystone insists on beyond the form of a body. */
export class EntityRules {
  constructor(
    private readonly store: EntityStore,
    private readonly grants: GrantStore,
  ) {}

  /** The new entity, with defaults for what the request leaves out. */
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
    const url = textAttribute(entity['url']);
    if (kind === 'endpoint' && !hasOnlyKnownPlaceholders(url)) {
      return { kind: 'rule', rule: 'endpoint-url', thing: kind, id: url };
    }
    const missing = await findMissingReference(this.store, kind, entity);
    if (missing) return missing;
    return kind === 'project' ? this.faultOfProject(entity) : validateNewFilters(kind, entity);
  }

  async faultOfChange(
    kind: EntityKind,
    before: DirectoryEntity,
    given: Attributes,
  ): Promise<IdentityRefusal | undefined> {
    if (isImmutable(before) && !onlyMakesMutable(given)) {
      return { kind: 'rule', rule: 'immutable-update', thing: kind, id: before.id };
    }
    for (const fixed of fixedOf[kind] ?? []) {
      if (given[fixed] !== undefined && given[fixed] !== shownOf(kind, before, fixed)) {
        return { kind: 'rule', rule: `fixed-${fixed}`, thing: kind, id: before.id };
      }
    }
    const changed = { ...given, id: before.id };
    if (kind === 'project') return validateEnabling(this.store, before, given);
    const missing = await findMissingReference(this.store, kind, changed);
    if (missing) return missing;
    if (kind === 'region') return validateRegionParent(this.store, changed);
    if (kind === 'registered-limit') return changedLimitRefusal(this.store, before, given);
    return validateFilterChange(kind, changed);
  }

  async faultOfDeletion(kind: EntityKind, before: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const { id } = before;
    const rule = (name: string): IdentityRefusal => ({ kind: 'rule', rule: name, thing: kind, id });
    if (isImmutable(before)) return rule('immutable-delete');
    if (kind === 'domain' && id === defaultDomain) return rule('default-domain');
    if (kind === 'domain' && before['enabled'] === true) return rule('domain-enabled');
    if (kind === 'project' && (await this.some('project', { parent_id: id }))) return rule('has-children');
    if (kind === 'region' && (await this.isRegionUsed(id))) return rule('region-used');
    if (kind === 'registered-limit' && (await isLimitUsed(this.store, before))) return rule('limit-used');
    return undefined;
  }

  async beforeDeletion(kind: EntityKind, id: string): Promise<void> {
    if (kind === 'role') await this.grants.takeRoleFromAll(id);
    if (kind === 'region') await this.deleteBelow(id);
    if (kind === 'group')
      await Promise.all((await this.grants.membersOf(id)).map((user) => this.store.endTokens('user', user)));
  }

  /** The lowest first. */
  private async deleteBelow(id: string): Promise<void> {
    const below = (await regionSubtree(this.store, id)).slice(1).toReversed();
    for (const region of below) await this.store.delete('region', region);
  }

  /** What is kept after a change: extras and options are added to, not replaced. */
  merged(kind: EntityKind, before: DirectoryEntity, given: Attributes): Attributes {
    const known: readonly string[] = entityKinds[kind];
    const changes = Object.entries(given)
      .filter(([name]) => (known.includes(name) || name === 'password') && !fixedOf[kind]?.includes(name))
      // As in Keystone, which takes 0 and nothing for what was not sent.
      .filter(([, value]) => kind !== 'limit' || Boolean(value))
      // A null where the column must hold something.
      .map(([name, value]) => [name, value === null ? (defaults[kind]?.[name] ?? null) : value] as const);
    const options: Readonly<Record<string, Json>> = {
      ...(before['options'] as object),
      ...(given['options'] as object | undefined),
    };
    const extras = Object.entries({ ...before, ...given }).filter(
      ([name]) => !known.includes(name) && !handled.includes(name),
    );
    return {
      ...Object.fromEntries(changes),
      ...(known.includes('options') ? { options: withoutNullOptions(options) } : {}),
      ...(known.includes('extra') ? { extra: Object.fromEntries(extras) } : {}),
    };
  }

  takenAs(kind: EntityKind, entity: DirectoryEntity): IdentityRefusal {
    const name = textAttribute(entity['name']) || entity.id;
    return {
      kind: 'exists',
      thing: kind,
      name,
      id: entity.id,
      ...(entity['name'] === undefined ? { by: 'id' } : {}),
      ...(kind !== 'project' && typeof entity['domain_id'] === 'string'
        ? { domain: entity['domain_id'] }
        : {}),
    };
  }

  private async placeProject(asker: CallerWithToken, base: Attributes): Promise<Attributes> {
    const parentId = typeof base['parent_id'] === 'string' ? base['parent_id'] : null;
    const parent = parentId === null ? undefined : await this.store.find('project', parentId);
    if (parent) {
      const above = parent['ancestors'] as readonly string[];
      const domain = base['domain_id'] ?? homeOf(asker);
      return { ...base, domain_id: domain, parent_id: parent.id, ancestors: [parent.id, ...above] };
    }
    // The domain itself may be named as the parent; an id that is neither is refused later.
    const isPlace = parentId !== null && (await this.store.find('domain', parentId)) !== undefined;
    const domain = base['domain_id'] ?? (isPlace ? parentId : homeOf(asker));
    return { ...base, domain_id: domain, parent_id: isPlace ? null : parentId, ancestors: [] };
  }

  private async faultOfProject(entity: DirectoryEntity): Promise<IdentityRefusal | undefined> {
    const parentId = entity['parent_id'];
    if (typeof parentId !== 'string') return findDisabledAncestor(this.store, entity);
    const parent = await this.store.find('project', parentId);
    if (!parent) return { kind: 'rule', rule: 'no-place', thing: 'project', id: parentId };
    if (parent['domain_id'] !== entity['domain_id']) {
      return {
        kind: 'rule',
        rule: 'other-domain',
        thing: 'project',
        id: `${textAttribute(entity['domain_id'])} ${textAttribute(parent['domain_id'])}`,
      };
    }
    const disabled = await findDisabledAncestor(this.store, entity);
    if (disabled) return disabled;
    const depth = (entity['ancestors'] as readonly string[]).length + 1;
    return depth >= deepest ? { kind: 'rule', rule: 'too-deep', thing: 'project', id: parentId } : undefined;
  }

  private async isRegionUsed(id: string): Promise<boolean> {
    for (const region of await regionSubtree(this.store, id)) {
      if (await this.some('endpoint', { region_id: region })) return true;
      if (await this.some('registered-limit', { region_id: region })) return true;
    }
    return false;
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
  return token?.domain?.id ?? defaultDomain;
}

/** A null says nothing where the column must hold something. */
function withoutNulls(given: Attributes, kind: EntityKind): Attributes {
  const base = defaults[kind] ?? {};
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== null || base[name] === null || !(name in base)),
  );
}
