import type { Instant } from '../core/clock';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json | undefined };
export type Attributes = Readonly<Record<string, Json | undefined>>;
/** An entity of the directory or the catalog, with the attributes that its kind has, as Keystone names them. */
export type DirectoryEntity = Attributes & { readonly id: string };

/**
 * The attributes of each kind of entity. Further ones are stored in `extra`, where the kind has it, and shown
 * among the others.
 */
export const entityKinds = {
  domain: ['name', 'description', 'enabled', 'tags', 'options', 'extra'],
  project: [
    'name',
    'domain_id',
    'parent_id',
    'ancestors',
    'description',
    'enabled',
    'tags',
    'options',
    'extra',
  ],
  user: ['name', 'domain_id', 'default_project_id', 'description', 'enabled', 'options', 'extra'],
  group: ['name', 'domain_id', 'description', 'extra'],
  role: ['name', 'domain_id', 'description', 'options', 'extra'],
  region: ['description', 'parent_region_id', 'extra'],
  service: ['name', 'type', 'description', 'enabled', 'extra'],
  endpoint: ['interface', 'region_id', 'service_id', 'url', 'enabled', 'extra'],
  policy: ['type', 'blob', 'extra'],
  'endpoint-group': ['name', 'description', 'filters'],
  'registered-limit': ['service_id', 'region_id', 'resource_name', 'default_limit', 'description'],
  limit: [
    'project_id',
    'domain_id',
    'service_id',
    'region_id',
    'resource_name',
    'resource_limit',
    'description',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** An attribute's value, if it is text. */
export function textAttribute(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export type EntityKind = keyof typeof entityKinds;

/** Attributes that are kept as JSON. */
export const jsonAttributes: readonly string[] = ['tags', 'options', 'extra', 'ancestors', 'filters'];

export interface EntityStore {
  /** false when the id, or a name that must be unique, is taken, or what it refers to is gone */
  insert(kind: EntityKind, entity: DirectoryEntity, at: Instant): Promise<boolean>;
  /** All or none. @returns the first that cannot be inserted */
  insertAll(
    kind: EntityKind,
    entities: readonly DirectoryEntity[],
    at: Instant,
  ): Promise<DirectoryEntity | undefined>;
  find(kind: EntityKind, id: string): Promise<DirectoryEntity | undefined>;
  /** Those whose attributes are equal to these. */
  list(kind: EntityKind, where: Attributes): Promise<readonly DirectoryEntity[]>;
  update(kind: EntityKind, id: string, changes: Attributes): Promise<'done' | 'taken' | 'missing'>;
  /** `used`: something of another kind refers to it */
  delete(kind: EntityKind, id: string): Promise<'done' | 'used' | 'missing'>;
  /** Ends all tokens of its users and for it; for kinds that have any. */
  endTokens(kind: 'domain' | 'project' | 'user', id: string): Promise<void>;
  setPasswordHash(userId: string, passwordHash: string): Promise<void>;
  passwordHashOf(userId: string): Promise<string | undefined>;
  insertUser(user: DirectoryEntity, passwordHash: string, at: Instant): Promise<boolean>;
}

export type GrantActor = { readonly kind: 'user' | 'group'; readonly id: string };
export type GrantTarget =
  { readonly kind: 'project' | 'domain'; readonly id: string } | { readonly kind: 'system' };

/** A role given to an actor on a target; inherited: it counts for the projects below, not on the target itself. */
export interface Grant {
  readonly actor: GrantActor;
  readonly target: GrantTarget;
  readonly roleId: string;
  readonly inherited: boolean;
}

export interface GrantStore {
  addGrant(grant: Grant): Promise<void>;
  /** Ends the tokens that it counted for; false when it was not given. */
  removeGrant(grant: Grant): Promise<boolean>;
  /** All that match; actor and target are compared, not looked up. */
  grants(where: { readonly actor?: GrantActor; readonly roleId?: string }): Promise<readonly Grant[]>;
  addMember(groupId: string, userId: string): Promise<void>;
  /** Ends the user's tokens; false when it was no member. */
  removeMember(groupId: string, userId: string): Promise<boolean>;
  membersOf(groupId: string): Promise<readonly string[]>;
  groupsOf(userId: string): Promise<readonly string[]>;
  implied(): Promise<readonly (readonly [prior: string, implied: string])[]>;
  addImplied(priorId: string, impliedId: string): Promise<boolean>;
  removeImplied(priorId: string, impliedId: string): Promise<boolean>;
  /** Takes the role from all who have it and ends their tokens. */
  takeRoleFromAll(roleId: string): Promise<void>;
}
