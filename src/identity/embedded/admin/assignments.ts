import { type EntityStore, type Grant, type GrantStore, textAttribute } from '../../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import { type Assignment, expandGrants, type AssignmentExpansionData } from './effective-assignments';
import { type CallerWithToken, tokenDomainId } from './caller-with-token';
import { policyRefusal } from './policy';

export interface AssignmentQuery {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly roleId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly system?: boolean | undefined;
  /** Only inherited ones, or only others. */
  readonly inherited?: boolean | undefined;
  /** Groups as their members, inherited roles as the projects that they reach, with the roles that are implied. */
  readonly effective: boolean;
  /** The project above, and those below it. */
  readonly subtree: boolean;
}

interface Named {
  readonly name: string;
  readonly domain?: { readonly id: string; readonly name: string };
}

export type AssignmentNames = ReadonlyMap<string, Named>;

/** `GET /v3/role_assignments`. */
export class Assignments {
  constructor(
    private readonly store: GrantStore,
    private readonly things: EntityStore,
  ) {}

  async list(asker: CallerWithToken, query: AssignmentQuery): Promise<ValueOrRefusal<readonly Assignment[]>> {
    const refusal = await this.refusalFor(asker, query);
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
    const given = (await this.store.grants({})).filter((grant) => mayBeAskedFor(grant, query));
    const all = query.effective ? expandGrants(given, await this.world(given)) : given;
    const below = query.subtree ? await this.below(query.projectId) : [query.projectId];
    const found = all.filter((one) => isAskedFor(one, query, below));
    const domain = query.subtree ? undefined : tokenDomainId(asker);
    return { value: domain === undefined ? found : await this.inDomain(found, domain) };
  }

  /** Names of everything that an assignment may refer to, by kind and id. */
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

  /** A token for a domain shows nothing of others. */
  private async inDomain(found: readonly Assignment[], domain: string): Promise<readonly Assignment[]> {
    const projects = (await this.things.list('project', { domain_id: domain })).map(({ id }) => id);
    return found.filter(
      ({ target }) =>
        (target.kind === 'domain' && target.id === domain) ||
        (target.kind === 'project' && projects.includes(target.id)),
    );
  }

  private async refusalFor(
    asker: CallerWithToken,
    { subtree, projectId }: AssignmentQuery,
  ): Promise<IdentityRefusal | undefined> {
    if (subtree) {
      const project = projectId === undefined ? undefined : await this.things.find('project', projectId);
      return policyRefusal(asker, 'list_role_assignments_for_tree', { project });
    }
    const id = tokenDomainId(asker);
    return policyRefusal(asker, 'list_role_assignments', id === undefined ? {} : { domain: { id } });
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

  private async world(grants: readonly Grant[]): Promise<AssignmentExpansionData> {
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

/** As in Keystone, the system's are in lists that name no other place, and never count as inherited or not. */
function mayBeAskedFor({ target, inherited }: Grant, query: AssignmentQuery): boolean {
  if (target.kind === 'system') {
    return !query.effective && query.projectId === undefined && query.domainId === undefined;
  }
  if (query.effective && query.domainId !== undefined && inherited) return false;
  // Keystone does not look at it where it lists what is effective.
  if (query.system === true && !query.effective) return false;
  return query.inherited === undefined || query.inherited === inherited;
}

function isAskedFor(
  { actor, target, roleId }: Assignment,
  query: AssignmentQuery,
  below: readonly (string | undefined)[],
): boolean {
  const is = (wanted: string | undefined, kind: string, found: { kind: string; id?: string }): boolean =>
    wanted === undefined || (found.kind === kind && found.id === wanted);
  return (
    is(query.userId, 'user', actor) &&
    is(query.groupId, 'group', actor) &&
    (query.roleId === undefined || roleId === query.roleId) &&
    (query.projectId === undefined || (target.kind === 'project' && below.includes(target.id))) &&
    is(query.domainId, 'domain', target)
  );
}
