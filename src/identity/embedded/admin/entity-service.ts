import type { Clock } from '../../../core/clock';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import type { Attributes, DirectoryEntity, EntityStore, EntityKind } from '../../entity-ports';
import { defaultDomain, newId } from '../../ids';
import type { LoginGuard, PasswordChange } from '../login-guard';
import { unusablePasswordHash, type Passwords } from '../passwords';
import type { UserScopes } from '../user-scopes';
import { policyActionOn, policyListAction } from './actions';
import { type CallerWithToken, tokenDomainId, isAdmin } from './caller-with-token';
import { isAllowedByPolicy, policyRefusal } from './policy';
import { kindsWithReferencesFirst, findMissingReference } from './references';
import type { EntityRules } from './rules';
import { listVisibleEntities, findPolicyTarget } from './visibility';

type Answer<Value> = Promise<ValueOrRefusal<Value>>;

/** Lets administrators list, create, change and delete entities of the directory and the catalog. */
export class EntityService {
  constructor(
    private readonly store: EntityStore,
    private readonly scopes: UserScopes,
    private readonly rules: EntityRules,
    private readonly passwords: Passwords,
    private readonly guard: LoginGuard,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** Those with these attributes that the caller may see. */
  async list(
    asker: CallerWithToken,
    kind: EntityKind,
    where: Attributes,
  ): Answer<readonly DirectoryEntity[]> {
    const action = policyListAction('list', kind, where);
    const id = tokenDomainId(asker);
    if (isAllowedByPolicy(asker, action, id === undefined ? {} : { domain: { id } })) {
      return { value: await listVisibleEntities(asker, this.store, kind, where) };
    }
    // Keystone refuses these two; here clients may look themselves up.
    if (kind === 'project') return { value: await this.ownProjects(asker) };
    if (kind === 'domain') return { value: await this.store.list(kind, { id: defaultDomain }) };
    return notAllowed(action);
  }

  async find(asker: CallerWithToken, kind: EntityKind, id: string): Answer<DirectoryEntity> {
    const found = await this.store.find(kind, id);
    const target = await findPolicyTarget(this.store, kind, found);
    // A signed request looks its account up.
    const isOpen = kind === 'domain' && id === defaultDomain && !asker.token;
    const refusal = isOpen ? undefined : policyRefusal(asker, policyActionOn('get', kind, found), target);
    if (refusal) return { refusal };
    return found ? { value: found } : missing(kind, id);
  }

  async create(asker: CallerWithToken, kind: EntityKind, given: Attributes): Answer<DirectoryEntity> {
    const planned = await this.rules.plan(kind, asker, given);
    const entity: DirectoryEntity = { ...planned, id: idOf(given) ?? newId() };
    // A manager of a domain must name it, as in Keystone.
    const place = { [kind]: { id: entity.id, domain_id: given['domain_id'] } };
    const refusal =
      policyRefusal(asker, policyActionOn('create', kind, given), place) ??
      (await this.rules.faultOfNew(kind, entity));
    if (refusal) return { refusal };
    const { password, ...kept } = entity;
    const made =
      kind === 'user'
        ? await this.store.insertUser(kept, await this.hashOf(password), this.clock.now())
        : await this.store.insert(kind, kept, this.clock.now());
    if (!made) return this.taken(kind, entity);
    this.changed();
    return { value: (await this.store.find(kind, entity.id)) ?? kept };
  }

  /** All or none, and none refers to another. */
  async createAll(
    asker: CallerWithToken,
    kind: EntityKind,
    given: readonly Attributes[],
  ): Answer<readonly DirectoryEntity[]> {
    const entities: DirectoryEntity[] = [];
    for (const one of given) {
      const entity: DirectoryEntity = { ...(await this.rules.plan(kind, asker, one)), id: newId() };
      const refusal =
        policyRefusal(asker, policyListAction('create', kind)) ?? (await this.rules.faultOfNew(kind, entity));
      if (refusal) return { refusal };
      entities.push(entity);
    }
    const taken = await this.store.insertAll(kind, entities, this.clock.now());
    if (taken) return this.taken(kind, taken);
    this.changed();
    return { value: entities };
  }

  async update(
    asker: CallerWithToken,
    kind: EntityKind,
    id: string,
    given: Attributes,
  ): Answer<DirectoryEntity> {
    const before = await this.store.find(kind, id);
    if (!before && kind === 'limit') return missing(kind, id);
    const target = await findPolicyTarget(this.store, kind, before);
    const forbidden = policyRefusal(asker, policyActionOn('update', kind, before), target);
    if (forbidden) return { refusal: forbidden };
    if (!before) {
      const unknown = kindsWithReferencesFirst.includes(kind)
        ? await findMissingReference(this.store, kind, { ...given, id })
        : undefined;
      return unknown ? { refusal: unknown } : missing(kind, id);
    }
    const refusal = await this.rules.faultOfChange(kind, before, given);
    if (refusal) return { refusal };
    const { password, ...changes } = this.rules.merged(kind, before, given);
    const hash = password === undefined ? {} : { password_hash: await this.hashOf(password) };
    const outcome = await this.apply(kind, before, { ...changes }, hash);
    if (outcome === 'taken') return this.taken(kind, { ...before, ...given, id, domain_id: undefined });
    if (outcome === 'missing') return missing(kind, id);
    const after = await this.store.find(kind, id);
    return after ? { value: after } : missing(kind, id);
  }

  async delete(asker: CallerWithToken, kind: EntityKind, id: string): Answer<void> {
    const before = await this.store.find(kind, id);
    // Limits may be read by all.
    if (!before && kind === 'limit') return missing(kind, id);
    const target = await findPolicyTarget(this.store, kind, before);
    const forbidden = policyRefusal(asker, policyActionOn('delete', kind, before), target);
    if (forbidden) return { refusal: forbidden };
    if (!before) return missing(kind, id);
    const refusal = await this.rules.faultOfDeletion(kind, before);
    if (refusal) return { refusal };
    await this.rules.beforeDeletion(kind, id);
    const outcome = await this.store.delete(kind, id);
    this.changed();
    if (outcome === 'used') return { refusal: { kind: 'rule', rule: 'used', thing: kind, id } };
    return outcome === 'done' ? { value: undefined } : missing(kind, id);
  }

  /** By the user, who must give the old one, which counts as a login that is tried. */
  async changePassword(id: string, { original, password, address }: PasswordChange): Answer<void> {
    const hash = await this.store.passwordHashOf(id);
    const verify = (): Promise<boolean> => this.passwords.verify(original, hash);
    const right = await this.guard.check({ identity: `user ${id}`, address }, verify);
    if (!right) return { refusal: { kind: 'not-authenticated' } };
    if ((await this.store.find('user', id))?.['enabled'] === false) {
      return { refusal: { kind: 'rule', rule: 'account-disabled', thing: 'user', id } };
    }
    await this.setHash(id, await this.hashOf(password));
    return { value: undefined };
  }

  /** Those in which the user has a role. */
  async projectsOf(asker: CallerWithToken, userId: string): Answer<readonly DirectoryEntity[]> {
    const user = await this.store.find('user', userId);
    const refusal = policyRefusal(asker, 'list_user_projects', { user });
    if (refusal) return { refusal };
    return user ? { value: await this.projectsWithRole(userId) } : missing('user', userId);
  }

  async ownProjects({ caller }: CallerWithToken): Promise<readonly DirectoryEntity[]> {
    return this.projectsWithRole(caller.userId);
  }

  private async projectsWithRole(userId: string): Promise<readonly DirectoryEntity[]> {
    const own = await this.scopes.projectIds(userId);
    return (await this.store.list('project', {})).filter(({ id }) => own.has(id));
  }

  /** Those in which the caller has a role, and the default one, which SDKs look their account up as. */
  async ownDomains({ caller }: CallerWithToken): Promise<readonly DirectoryEntity[]> {
    const own = await this.scopes.domainIds(caller.userId);
    const domains = await this.store.list('domain', { enabled: true });
    return domains.filter(({ id }) => id === defaultDomain || own.has(id));
  }

  rolesOfNoDomain(): Promise<readonly DirectoryEntity[]> {
    return this.store.list('role', { domain_id: null });
  }

  async hasSystem(asker: CallerWithToken): Promise<boolean> {
    return isAdmin(asker) || this.scopes.hasSystem(asker.caller.userId);
  }

  private async apply(
    kind: EntityKind,
    before: DirectoryEntity,
    changes: Attributes,
    hash: { readonly password_hash?: string },
  ): Promise<'done' | 'taken' | 'missing'> {
    const outcome = await this.store.update(kind, before.id, changes);
    if (outcome === 'done' && hash.password_hash !== undefined)
      await this.setHash(before.id, hash.password_hash);
    const disabled = before['enabled'] === true && changes['enabled'] === false;
    if (disabled && (kind === 'user' || kind === 'project' || kind === 'domain')) {
      await this.store.endTokens(kind, before.id);
    }
    this.changed();
    return outcome;
  }

  private async setHash(id: string, hash: string): Promise<void> {
    await this.store.setPasswordHash(id, hash);
    this.changed();
  }

  private async hashOf(password: unknown): Promise<string> {
    return typeof password === 'string' ? this.passwords.hash(password) : unusablePasswordHash;
  }

  private taken(kind: EntityKind, entity: DirectoryEntity): { refusal: IdentityRefusal } {
    return { refusal: this.rules.takenAs(kind, entity) };
  }
}

/** Regions and domains may be given theirs. */
function idOf({ id }: Attributes): string | undefined {
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function notAllowed(action: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-allowed', action } };
}

function missing(kind: EntityKind, id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing: kind, id } };
}
