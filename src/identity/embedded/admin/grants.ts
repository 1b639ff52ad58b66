import type {
  GrantActor,
  DirectoryEntity,
  EntityStore,
  Grant,
  GrantStore,
  GrantTarget,
} from '../../entity-ports';
import type { IdentityRefusal, Outcome } from '../../errors';
import { type CallerWithToken, isAdmin } from './policy';
import { faultOfDomainRole } from './references';

/** A grant; without a role it stands for all roles. */
export type GrantPlace = Omit<Grant, 'roleId'>;

type Verb = 'create' | 'revoke' | 'check' | 'list';

/** What must exist, in the order in which Keystone looks. */
function lookedFor({ inherited, target }: GrantPlace, verb: Verb): readonly ('role' | 'actor' | 'target')[] {
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

  async give(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal =
      this.refused(asker, 'create', grant) ??
      (await this.missingOf(grant, 'create')) ??
      (await faultOfDomainRole(this.things, grant));
    if (refusal) return { refusal };
    return this.change(() => this.store.addGrant(grant));
  }

  async take(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal = this.refused(asker, 'revoke', grant) ?? (await this.missingOf(grant, 'revoke'));
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.removeGrant(grant));
    return 'value' in gone && gone.value ? { value: undefined } : noGrant(grant);
  }

  async check(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal = this.refused(asker, 'check', grant) ?? (await this.missingOf(grant, 'check'));
    if (refusal) return { refusal };
    const held = await this.store.grants({ actor: grant.actor, roleId: grant.roleId });
    return held.some((one) => isSame(one, grant)) ? { value: undefined } : noGrant(grant);
  }

  /** The roles given on exactly that target. */
  async roles(asker: CallerWithToken, place: GrantPlace): Promise<Outcome<readonly DirectoryEntity[]>> {
    const refusal = this.refused(asker, 'list', place) ?? (await this.missingOf(place, 'list'));
    if (refusal) return { refusal };
    const held = await this.store.grants({ actor: place.actor });
    const ids = held
      .filter((one) => isSame({ ...one }, { ...place, roleId: one.roleId }))
      .map((one) => one.roleId);
    const roles = await this.things.list('role', {});
    return { value: roles.filter(({ id }) => ids.includes(id)) };
  }

  async addMember(asker: CallerWithToken, groupId: string, userId: string): Promise<Outcome<void>> {
    const refusal = await this.faultOfMember(asker, 'add_user_to_group', groupId, userId);
    if (refusal) return { refusal };
    return this.change(() => this.store.addMember(groupId, userId));
  }

  async removeMember(asker: CallerWithToken, groupId: string, userId: string): Promise<Outcome<void>> {
    const refusal = await this.faultOfMember(asker, 'remove_user_from_group', groupId, userId);
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.removeMember(groupId, userId));
    return 'value' in gone && gone.value ? { value: undefined } : noMember(groupId, userId);
  }

  async checkMember(asker: CallerWithToken, groupId: string, userId: string): Promise<Outcome<void>> {
    const refusal = await this.faultOfMember(asker, 'check_user_in_group', groupId, userId);
    if (refusal) return { refusal };
    const members = await this.store.membersOf(groupId);
    return members.includes(userId) ? { value: undefined } : noMember(groupId, userId);
  }

  async membersOf(asker: CallerWithToken, groupId: string): Promise<Outcome<readonly DirectoryEntity[]>> {
    const action = 'list_users_in_group';
    if (!isReaderOfAll(asker)) return { refusal: { kind: 'not-allowed', action } };
    if (!(await this.things.find('group', groupId))) return missing('group', groupId);
    const ids = await this.store.membersOf(groupId);
    const users = await this.things.list('user', {});
    return { value: users.filter(({ id }) => ids.includes(id)) };
  }

  async groupsOf(asker: CallerWithToken, userId: string): Promise<Outcome<readonly DirectoryEntity[]>> {
    const action = 'list_groups_for_user';
    if (!isReaderOfAll(asker) && asker.caller.userId !== userId) {
      return { refusal: { kind: 'not-allowed', action } };
    }
    if (!(await this.things.find('user', userId))) return missing('user', userId);
    const ids = await this.store.groupsOf(userId);
    const groups = await this.things.list('group', {});
    return { value: groups.filter(({ id }) => ids.includes(id)) };
  }

  private refused(
    asker: CallerWithToken,
    verb: Verb,
    { target, actor }: GrantPlace,
  ): IdentityRefusal | undefined {
    const reads = verb === 'check' || verb === 'list';
    if (isAdmin(asker) || (reads && isReaderOfAll(asker))) return undefined;
    const what = `${verb}_${target.kind === 'system' ? 'system_' : ''}grant${verb === 'list' ? 's' : ''}`;
    return { kind: 'not-allowed', action: target.kind === 'system' ? `${what}_for_${actor.kind}` : what };
  }

  private async missingOf(
    place: GrantPlace & { readonly roleId?: string },
    verb: Verb,
  ): Promise<IdentityRefusal | undefined> {
    const { actor, target, roleId } = place;
    const parts = {
      role: roleId === undefined ? null : { kind: 'role' as const, id: roleId },
      actor,
      target: target.kind === 'system' ? null : target,
    };
    for (const name of lookedFor(place, verb)) {
      const part = parts[name];
      if (!part) continue;
      const { kind: thing, id } = part;
      if (!(await this.things.find(thing, id))) return { kind: 'not-found', thing, id };
    }
    return undefined;
  }

  private async faultOfMember(
    asker: CallerWithToken,
    action: string,
    groupId: string,
    userId: string,
  ): Promise<IdentityRefusal | undefined> {
    const checks = action === 'check_user_in_group' && isReaderOfAll(asker);
    if (!isAdmin(asker) && !checks) return { kind: 'not-allowed', action };
    for (const [thing, id] of [['group', groupId] as const, ['user', userId] as const]) {
      if (!(await this.things.find(thing, id))) return { kind: 'not-found', thing, id };
    }
    return undefined;
  }

  private async change<Result>(step: () => Promise<Result>): Promise<Outcome<Result>> {
    try {
      return { value: await step() };
    } finally {
      this.changed();
    }
  }
}

/** Admins, and readers of the system. */
export function isReaderOfAll(asker: CallerWithToken): boolean {
  return isAdmin(asker) || (asker.caller.scope === 'system' && asker.caller.roles.includes('reader'));
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
