import {
  type DirectoryEntity,
  type EntityStore,
  type Grant,
  type GrantStore,
  textAttribute,
} from '../../entity-ports';
import type { IdentityRefusal, Outcome } from '../../errors';
import { isReaderOfAll } from './grants';
import type { CallerWithToken } from './policy';

export interface AssignmentQuery {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly roleId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly system?: boolean | undefined;
  readonly inherited?: boolean | undefined;
  /** Groups as their members, inherited roles as the projects that they reach, with the roles that are implied. */
  readonly effective: boolean;
  /** The project above, and those below it. */
  readonly subtree: boolean;
}

/** As it is shown: where it came from, too, when it was given elsewhere. */
export interface Assignment extends Grant {
  /** The group by which a user has it. */
  readonly groupId?: string;
  /** Where it is inherited from. */
  readonly from?: Grant['target'];
  /** The role that implies it. */
  readonly priorId?: string;
}

interface Named {
  readonly name: string;
  readonly domain?: { readonly id: string; readonly name: string };
}

export type AssignmentNames = ReadonlyMap<string, Named>;

/** What is needed to expand grants, read once. */
interface World {
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly projects: readonly DirectoryEntity[];
  readonly implied: readonly (readonly [string, string])[];
  readonly roles: ReadonlyMap<string, DirectoryEntity>;
}

/** `GET /v3/role_assignments`. */
export class Assignments {
  constructor(
    private readonly store: GrantStore,
    private readonly things: EntityStore,
  ) {}

  async list(asker: CallerWithToken, query: AssignmentQuery): Promise<Outcome<readonly Assignment[]>> {
    const refusal = this.refused(asker, query);
    if (refusal) return { refusal };
    const { userId, projectId } = query;
    if (query.effective && userId !== undefined && !(await this.things.find('user', userId))) {
      return { refusal: { kind: 'not-found', thing: 'user', id: userId } };
    }
    if (
      (query.subtree || query.effective) &&
      projectId !== undefined &&
      !(await this.things.find('project', projectId)) &&
      // A domain is a project there, too.
      !(await this.things.find('domain', projectId))
    ) {
      return { refusal: { kind: 'not-found', thing: 'project', id: projectId } };
    }
    const grants: readonly Assignment[] = await this.store.grants({});
    const all = query.effective ? expanded(grants, await this.world(grants)) : grants;
    const below = query.subtree ? await this.below(query.projectId) : [query.projectId];
    return { value: all.filter((one) => isAskedFor(one, query, below)) };
  }

  /** Of whatever an assignment may name, by kind and id. */
  async names(): Promise<AssignmentNames> {
    const found = new Map<string, Named>();
    const domains = new Map((await this.things.list('domain', {})).map((domain) => [domain.id, domain]));
    for (const kind of ['domain', 'project', 'user', 'group', 'role'] as const) {
      for (const one of await this.things.list(kind, {})) {
        const domain = domains.get(textAttribute(one['domain_id']));
        const place = domain && { domain: { id: domain.id, name: textAttribute(domain['name']) } };
        found.set(`${kind} ${one.id}`, { name: textAttribute(one['name']), ...place });
      }
    }
    return found;
  }

  private refused(
    asker: CallerWithToken,
    { subtree, projectId }: AssignmentQuery,
  ): IdentityRefusal | undefined {
    if (isReaderOfAll(asker)) return undefined;
    const { caller } = asker;
    const own = projectId !== undefined && caller.projectId === projectId;
    if (own && (caller.accessLevel === 'admin' || caller.roles.includes('manager'))) return undefined;
    return { kind: 'not-allowed', action: `list_role_assignments${subtree ? '_for_tree' : ''}` };
  }

  private async below(projectId: string | undefined): Promise<readonly (string | undefined)[]> {
    const projects = await this.things.list('project', {});
    // In Keystone a domain is a project, too: the one above all of its own.
    const under = projects.filter(
      ({ ancestors, domain_id: domain }) =>
        domain === projectId || (ancestors as readonly unknown[]).includes(projectId ?? ''),
    );
    return [projectId, ...under.map(({ id }) => id)];
  }

  private async world(grants: readonly Grant[]): Promise<World> {
    const groups = new Set(grants.flatMap(({ actor }) => (actor.kind === 'group' ? [actor.id] : [])));
    const members = new Map<string, readonly string[]>();
    for (const id of groups) members.set(id, await this.store.membersOf(id));
    const roles = await this.things.list('role', {});
    return {
      members,
      projects: await this.things.list('project', {}),
      implied: await this.store.implied(),
      roles: new Map(roles.map((role) => [role.id, role])),
    };
  }
}

function expanded(grants: readonly Assignment[], world: World): readonly Assignment[] {
  return grants
    .flatMap((grant) => ofMembers(grant, world))
    .flatMap((grant) => ofProjects(grant, world))
    .flatMap((grant) => withImplied(grant, world))
    .filter(({ roleId }) => (world.roles.get(roleId)?.['domain_id'] ?? null) === null);
}

function ofMembers(grant: Assignment, { members }: World): Assignment[] {
  const { actor } = grant;
  if (actor.kind === 'user') return [grant];
  const users = members.get(actor.id) ?? [];
  return users.map((id) => ({ ...grant, actor: { kind: 'user', id }, groupId: actor.id }));
}

function ofProjects(grant: Assignment, { projects }: World): Assignment[] {
  const { target, inherited } = grant;
  if (!inherited || target.kind === 'system') return [grant];
  const reached = projects.filter((project) =>
    target.kind === 'domain'
      ? project['domain_id'] === target.id
      : (project['ancestors'] as readonly unknown[]).includes(target.id),
  );
  return reached.map(({ id }) => ({ ...grant, target: { kind: 'project', id }, from: target }));
}

function withImplied(grant: Assignment, { implied }: World): Assignment[] {
  // As in Keystone.
  if (grant.target.kind === 'system') return [grant];
  const made = new Map<string, Assignment>([[grant.roleId, grant]]);
  const queue = [grant.roleId];
  for (let prior = queue.pop(); prior !== undefined; prior = queue.pop()) {
    for (const [from, to] of implied) {
      if (from !== prior || made.has(to)) continue;
      made.set(to, { ...grant, roleId: to, priorId: prior });
      queue.push(to);
    }
  }
  return [...made.values()];
}

function isAskedFor(
  one: Assignment,
  query: AssignmentQuery,
  below: readonly (string | undefined)[],
): boolean {
  const { actor, target } = one;
  const is = (wanted: string | undefined, kind: string, found: { kind: string; id?: string }): boolean =>
    wanted === undefined || (found.kind === kind && found.id === wanted);
  return (
    is(query.userId, 'user', actor) &&
    (is(query.groupId, 'group', actor) || (query.effective && one.groupId === query.groupId)) &&
    (query.roleId === undefined || one.roleId === query.roleId) &&
    (query.projectId === undefined || (target.kind === 'project' && below.includes(target.id))) &&
    is(query.domainId, 'domain', target) &&
    (query.system !== true || target.kind === 'system') &&
    (query.inherited !== true || one.inherited)
  );
}
