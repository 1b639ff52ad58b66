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
import { faultOfDomainRole, faultOfImplied } from './references';

/** A grant; without a role it stands for all roles. */
export type GrantPlace = Omit<Grant, 'roleId'>;

/** Who has which role where, memberships and implied roles, as administrators arrange them. */
export class Grants {
  constructor(
    private readonly store: GrantStore,
    private readonly things: EntityStore,
    private readonly changed: () => void,
  ) {}

  async give(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal =
      this.refused(asker, 'create', grant.target) ??
      (await this.faultOf(grant)) ??
      (await faultOfDomainRole(this.things, grant));
    if (refusal) return { refusal };
    return this.change(() => this.store.addGrant(grant));
  }

  async take(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal = this.refused(asker, 'revoke', grant.target) ?? (await this.faultOf(grant));
    if (refusal?.kind === 'not-found' && refusal.id === grant.actor.id) return noGrant(grant);
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.removeGrant(grant));
    return 'value' in gone && gone.value ? { value: undefined } : noGrant(grant);
  }

  async check(asker: CallerWithToken, grant: Grant): Promise<Outcome<void>> {
    const refusal = this.refused(asker, 'check', grant.target) ?? (await this.faultOf(grant));
    if (refusal) return { refusal };
    const held = await this.store.grants({ actor: grant.actor, roleId: grant.roleId });
    return held.some((one) => isSame(one, grant)) ? { value: undefined } : noGrant(grant);
  }

  /** The roles given on exactly that target. */
  async roles(asker: CallerWithToken, place: GrantPlace): Promise<Outcome<readonly DirectoryEntity[]>> {
    const refusal = this.refused(asker, 'list', place.target) ?? (await this.faultOf(place));
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

  async imply(
    asker: CallerWithToken,
    priorId: string,
    impliedId: string,
  ): Promise<Outcome<readonly [DirectoryEntity, DirectoryEntity]>> {
    const found = await this.pair(asker, 'create_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const refusal = faultOfImplied(...found.value);
    if (refusal) return { refusal };
    const added = await this.change(() => this.store.addImplied(priorId, impliedId));
    return 'refusal' in added ? added : found;
  }

  async unimply(asker: CallerWithToken, priorId: string, impliedId: string): Promise<Outcome<void>> {
    const found = await this.pair(asker, 'delete_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const gone = await this.change(() => this.store.removeImplied(priorId, impliedId));
    return 'value' in gone && gone.value ? { value: undefined } : notImplied(priorId, impliedId);
  }

  /** All roles that imply others, or one of them, with what it implies. */
  async inferences(asker: CallerWithToken, priorId?: string): Promise<Outcome<readonly RoleInference[]>> {
    if (!isReaderOfAll(asker))
      return { refusal: { kind: 'not-allowed', action: 'list_role_inference_rules' } };
    const roles = new Map((await this.things.list('role', {})).map((role) => [role.id, role]));
    if (priorId !== undefined && !roles.has(priorId)) return missing('role', priorId);
    const byPrior = new Map<string, DirectoryEntity[]>();
    for (const [prior, other] of await this.store.implied()) {
      const implied = roles.get(other);
      if (implied) byPrior.set(prior, [...(byPrior.get(prior) ?? []), implied]);
    }
    const wanted = priorId === undefined ? [...byPrior.keys()] : [priorId];
    return {
      value: wanted.flatMap((id) => {
        const prior = roles.get(id);
        return prior ? [{ prior, implied: byPrior.get(id) ?? [] }] : [];
      }),
    };
  }

  async checkImplied(
    asker: CallerWithToken,
    priorId: string,
    impliedId: string,
  ): Promise<Outcome<readonly [DirectoryEntity, DirectoryEntity]>> {
    const found = await this.pair(asker, 'get_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const all = await this.store.implied();
    return all.some(([prior, other]) => prior === priorId && other === impliedId)
      ? found
      : notImplied(priorId, impliedId);
  }

  private async pair(
    asker: CallerWithToken,
    action: string,
    priorId: string,
    impliedId: string,
  ): Promise<Outcome<readonly [DirectoryEntity, DirectoryEntity]>> {
    if (!isAdmin(asker)) return { refusal: { kind: 'not-allowed', action } };
    const [prior, implied] = [
      await this.things.find('role', priorId),
      await this.things.find('role', impliedId),
    ];
    if (!prior) return missing('role', priorId);
    return implied ? { value: [prior, implied] } : missing('role', impliedId);
  }

  private refused(asker: CallerWithToken, verb: string, target: GrantTarget): IdentityRefusal | undefined {
    const system = target.kind === 'system' ? 'system_' : '';
    const reads = verb === 'check' || verb === 'list';
    if (isAdmin(asker) || (reads && isReaderOfAll(asker))) return undefined;
    return { kind: 'not-allowed', action: `${verb}_${system}grant${verb === 'list' ? 's' : ''}` };
  }

  private async faultOf(
    place: GrantPlace & { readonly roleId?: string },
  ): Promise<IdentityRefusal | undefined> {
    const { actor, target, roleId } = place;
    const sought = [
      ...(roleId === undefined ? [] : [['role', roleId] as const]),
      [actor.kind, actor.id] as const,
      ...(target.kind === 'system' ? [] : [[target.kind, target.id] as const]),
    ];
    for (const [thing, id] of sought) {
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

export interface RoleInference {
  readonly prior: DirectoryEntity;
  readonly implied: readonly DirectoryEntity[];
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

function missing(thing: 'group' | 'user' | 'role', id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing, id } };
}

function noGrant({ roleId, actor, target }: Grant): { refusal: IdentityRefusal } {
  const place = target.kind === 'system' ? 'system' : target.id;
  return { refusal: { kind: 'rule', rule: 'no-grant', thing: 'role', id: `${roleId} ${actor.id} ${place}` } };
}

function noMember(groupId: string, userId: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'no-member', thing: 'group', id: `${userId} in ${groupId}` } };
}

function notImplied(priorId: string, impliedId: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'not-implied', thing: 'role', id: `${priorId} ${impliedId}` } };
}
