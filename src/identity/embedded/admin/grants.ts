import type {
  Attributes,
  GrantActor,
  DirectoryEntity,
  EntityKind,
  EntityStore,
  Grant,
  GrantStore,
  GrantTarget,
} from '../../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import { type CallerWithToken, tokenDomainId } from './caller-with-token';
import { policyRefusal } from './policy';
import { validateDomainRole } from './references';

/** A grant; without a role it stands for all roles. */
export type GrantWithoutRole = Omit<Grant, 'roleId'>;

type Verb = 'create' | 'revoke' | 'check' | 'list';

/** What must exist, in the order in which Keystone looks. */
function lookedFor(
  { inherited, target }: GrantWithoutRole,
  verb: Verb,
): readonly ('role' | 'actor' | 'target')[] {
  if (inherited) {
    if (verb === 'revoke') return ['role'];
    return verb === 'create' ? ['role', 'target', 'actor'] : ['role', 'target'];
  }
  const actor = verb === 'revoke' ? [] : (['actor'] as const);
  return target.kind === 'domain' ? ['target', 'role', ...actor] : ['role', ...actor, 'target'];
}

/** Who has which role where, and memberships, as administrators arrange them. */
export class Grants {
  constructor(
    private readonly store: GrantStore,
    private readonly things: EntityStore,
    private readonly changed: () => void,
  ) {}

  async give(asker: CallerWithToken, grant: Grant): Promise<ValueOrRefusal<void>> {
    const refusal =
      (await this.faultOf(asker, 'create', grant)) ?? (await validateDomainRole(this.things, grant));
    if (refusal) return { refusal };
    return this.change(() => this.store.addGrant(grant));
  }

  async take(asker: CallerWithToken, grant: Grant): Promise<ValueOrRefusal<void>> {
    const refusal = await this.faultOf(asker, 'revoke', grant);
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.removeGrant(grant));
    return 'value' in gone && gone.value ? { value: undefined } : noGrant(grant);
  }

  async check(asker: CallerWithToken, grant: Grant): Promise<ValueOrRefusal<void>> {
    const refusal = await this.faultOf(asker, 'check', grant);
    if (refusal) return { refusal };
    const held = await this.store.grants({ actor: grant.actor, roleId: grant.roleId });
    return held.some((one) => isSame(one, grant)) ? { value: undefined } : noGrant(grant);
  }

  /** The roles given on exactly that target. */
  async roles(
    asker: CallerWithToken,
    place: GrantWithoutRole,
  ): Promise<ValueOrRefusal<readonly DirectoryEntity[]>> {
    const refusal = await this.faultOf(asker, 'list', place);
    if (refusal) return { refusal };
    const held = await this.store.grants({ actor: place.actor });
    const ids = held
      .filter((one) => isSame({ ...one }, { ...place, roleId: one.roleId }))
      .map((one) => one.roleId);
    const roles = await this.things.list('role', {});
    return { value: roles.filter(({ id }) => ids.includes(id)) };
  }

  async addMember(asker: CallerWithToken, groupId: string, userId: string): Promise<ValueOrRefusal<void>> {
    const refusal = await this.faultOfMember(asker, 'add_user_to_group', groupId, userId);
    if (refusal) return { refusal };
    return this.change(() => this.store.addMember(groupId, userId));
  }

  async removeMember(asker: CallerWithToken, groupId: string, userId: string): Promise<ValueOrRefusal<void>> {
    const refusal = await this.faultOfMember(asker, 'remove_user_from_group', groupId, userId);
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.removeMember(groupId, userId));
    return 'value' in gone && gone.value ? { value: undefined } : noMember(groupId, userId);
  }

  async checkMember(asker: CallerWithToken, groupId: string, userId: string): Promise<ValueOrRefusal<void>> {
    const refusal = await this.faultOfMember(asker, 'check_user_in_group', groupId, userId);
    if (refusal) return { refusal };
    const members = await this.store.membersOf(groupId);
    return members.includes(userId) ? { value: undefined } : noMember(groupId, userId);
  }

  async membersOf(
    asker: CallerWithToken,
    groupId: string,
  ): Promise<ValueOrRefusal<readonly DirectoryEntity[]>> {
    const group = await this.things.find('group', groupId);
    const refusal = policyRefusal(asker, 'list_users_in_group', { group });
    if (refusal) return { refusal };
    if (!group) return missing('group', groupId);
    const ids = await this.store.membersOf(groupId);
    const users = await this.things.list('user', inDomainOf(asker));
    return { value: users.filter(({ id }) => ids.includes(id)) };
  }

  async groupsOf(
    asker: CallerWithToken,
    userId: string,
  ): Promise<ValueOrRefusal<readonly DirectoryEntity[]>> {
    const user = await this.things.find('user', userId);
    const refusal = policyRefusal(asker, 'list_groups_for_user', { user, owner: userId });
    if (refusal) return { refusal };
    if (!user) return missing('user', userId);
    const ids = await this.store.groupsOf(userId);
    const groups = await this.things.list('group', inDomainOf(asker));
    return { value: groups.filter(({ id }) => ids.includes(id)) };
  }

  /** What Keystone's policy forbids, or what is missing. */
  private async faultOf(
    asker: CallerWithToken,
    verb: Verb,
    place: GrantWithoutRole & { readonly roleId?: string },
  ): Promise<IdentityRefusal | undefined> {
    const { actor, target, roleId } = place;
    const parts = {
      role: roleId === undefined ? null : { kind: 'role' as const, id: roleId },
      actor,
      target: target.kind === 'system' ? null : target,
    };
    const found: Partial<Record<EntityKind, DirectoryEntity>> = {};
    for (const part of Object.values(parts)) {
      const one = part && (await this.things.find(part.kind, part.id));
      if (one) found[part.kind] = one;
    }
    const refusal = policyRefusal(asker, actionOn(verb, place), found);
    if (refusal) return refusal;
    for (const name of lookedFor(place, verb)) {
      const part = parts[name];
      if (part && !found[part.kind]) return { kind: 'not-found', thing: part.kind, id: part.id };
    }
    return undefined;
  }

  private async faultOfMember(
    asker: CallerWithToken,
    action: string,
    groupId: string,
    userId: string,
  ): Promise<IdentityRefusal | undefined> {
    const [group, user] = [await this.things.find('group', groupId), await this.things.find('user', userId)];
    const refusal = policyRefusal(asker, action, { group, user });
    if (refusal) return refusal;
    if (!group) return { kind: 'not-found', thing: 'group', id: groupId };
    return user ? undefined : { kind: 'not-found', thing: 'user', id: userId };
  }

  private async change<Result>(step: () => Promise<Result>): Promise<ValueOrRefusal<Result>> {
    try {
      return { value: await step() };
    } finally {
      this.changed();
    }
  }
}

/** As policies call it. */
function actionOn(verb: Verb, { target, actor }: GrantWithoutRole): string {
  const what = `${verb}_${target.kind === 'system' ? 'system_' : ''}grant${verb === 'list' ? 's' : ''}`;
  return target.kind === 'system' ? `${what}_for_${actor.kind}` : what;
}

/** A token for a domain shows nothing of others. */
function inDomainOf(asker: CallerWithToken): Attributes {
  const domain = tokenDomainId(asker);
  return domain === undefined ? {} : { domain_id: domain };
}

function isSame(one: Grant, other: Grant): boolean {
  const place = (target: GrantTarget): string =>
    target.kind === 'system' ? '' : `${target.kind} ${target.id}`;
  const who = (actor: GrantActor): string => `${actor.kind} ${actor.id}`;
  return (
    one.roleId === other.roleId &&
    one.inherited === other.inherited &&
    place(one.target) === place(other.target) &&
    who(one.actor) === who(other.actor)
  );
}

function missing(thing: 'group' | 'user', id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing, id } };
}

function noGrant({ roleId, actor, target }: Grant): { refusal: IdentityRefusal } {
  const place = target.kind === 'system' ? 'system' : target.id;
  return { refusal: { kind: 'rule', rule: 'no-grant', thing: 'role', id: `${roleId} ${actor.id} ${place}` } };
}

function noMember(groupId: string, userId: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'no-member', thing: 'group', id: `${userId} in ${groupId}` } };
}
