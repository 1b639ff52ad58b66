import type {
  EndpointAssociation,
  EndpointFilterStore,
  EndpointFilterKind,
} from '../../endpoint-filter-ports';
import type { DirectoryEntity, EntityKind, EntityStore } from '../../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import { isEndpointInGroup } from '../endpoint-match';
import type { CallerWithToken } from './caller-with-token';
import { policyRefusal } from './policy';

type Found = Promise<ValueOrRefusal<readonly DirectoryEntity[]>>;

/** OS-EP-FILTER: which endpoints the catalogs of projects show. */
export class EndpointFilter {
  constructor(
    private readonly store: EndpointFilterStore,
    private readonly things: EntityStore,
    private readonly changed: () => void,
  ) {}

  async associate(asker: CallerWithToken, one: EndpointAssociation): Promise<ValueOrRefusal<void>> {
    const refusal = policyRefusal(asker, actions[one.kind].add) ?? (await this.faultOf(one));
    if (refusal) return { refusal };
    if (!(await this.change(() => this.store.associate(one)))) return rule('associated', one);
    return { value: undefined };
  }

  async check(asker: CallerWithToken, one: EndpointAssociation): Promise<ValueOrRefusal<void>> {
    const refusal = policyRefusal(asker, actions[one.kind].check) ?? (await this.faultOf(one));
    if (refusal) return { refusal };
    const { kind, projectId, id } = one;
    const found = await this.store.associations(kind, { projectId, id });
    return found.length > 0 ? { value: undefined } : notAssociated(one);
  }

  async dissociate(asker: CallerWithToken, one: EndpointAssociation): Promise<ValueOrRefusal<void>> {
    // Keystone looks for the two only where the second is a group.
    const refusal =
      policyRefusal(asker, actions[one.kind].remove) ??
      (one.kind === 'endpoint-group' ? await this.faultOf(one) : undefined);
    if (refusal) return { refusal };
    const gone = await this.change(() => this.store.dissociate(one));
    return gone ? { value: undefined } : notAssociated(one);
  }

  /** An unknown group has no projects, as in Keystone. */
  async projectsOf(asker: CallerWithToken, kind: EndpointFilterKind, id: string): Found {
    const refusal =
      policyRefusal(asker, actions[kind].projects) ??
      (kind === 'endpoint' ? await this.missing(kind, id) : undefined);
    if (refusal) return { refusal };
    const found = await this.store.associations(kind, { id });
    return this.all(
      'project',
      found.map(({ projectId }) => projectId),
    );
  }

  async groupsOf(asker: CallerWithToken, projectId: string): Found {
    const refusal =
      policyRefusal(asker, 'list_endpoint_groups_for_project') ?? (await this.missing('project', projectId));
    return refusal ? { refusal } : { value: await this.groupsOfProject(projectId) };
  }

  /** Its own ones, and those of its groups. */
  async endpointsOf(asker: CallerWithToken, projectId: string): Found {
    const refusal =
      policyRefusal(asker, 'list_endpoints_for_project') ?? (await this.missing('project', projectId));
    if (refusal) return { refusal };
    const own = (await this.store.associations('endpoint', { projectId })).map(({ id }) => id);
    const groups = await this.groupsOfProject(projectId);
    const endpoints = await this.things.list('endpoint', {});
    return {
      value: endpoints.filter(
        (endpoint) => own.includes(endpoint.id) || groups.some((group) => isEndpointInGroup(endpoint, group)),
      ),
    };
  }

  async endpointsOfGroup(asker: CallerWithToken, groupId: string): Found {
    const refusal = policyRefusal(asker, 'list_endpoints_associated_with_endpoint_group');
    if (refusal) return { refusal };
    const group = await this.things.find('endpoint-group', groupId);
    if (!group) return { refusal: { kind: 'not-found', thing: 'endpoint-group', id: groupId } };
    const endpoints = await this.things.list('endpoint', {});
    return { value: endpoints.filter((endpoint) => isEndpointInGroup(endpoint, group)) };
  }

  private async groupsOfProject(projectId: string): Promise<readonly DirectoryEntity[]> {
    const found = (await this.store.associations('endpoint-group', { projectId })).map(({ id }) => id);
    return (await this.things.list('endpoint-group', {})).filter(({ id }) => found.includes(id));
  }

  private async all(kind: EntityKind, ids: readonly string[]): Found {
    const wanted = new Set(ids);
    return { value: (await this.things.list(kind, {})).filter(({ id }) => wanted.has(id)) };
  }

  /** Keystone looks for the endpoint before the project, and for the group after it. */
  private async faultOf({ kind, projectId, id }: EndpointAssociation): Promise<IdentityRefusal | undefined> {
    if (kind === 'endpoint') return (await this.missing(kind, id)) ?? this.missing('project', projectId);
    return (await this.missing('project', projectId)) ?? this.missing(kind, id);
  }

  private async missing(thing: EntityKind, id: string): Promise<IdentityRefusal | undefined> {
    return (await this.things.find(thing, id)) ? undefined : { kind: 'not-found', thing, id };
  }

  private async change<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } finally {
      this.changed();
    }
  }
}

/** As policies name them. */
const actions = {
  endpoint: {
    add: 'add_endpoint_to_project',
    check: 'check_endpoint_in_project',
    remove: 'remove_endpoint_from_project',
    projects: 'list_projects_for_endpoint',
  },
  'endpoint-group': {
    add: 'add_endpoint_group_to_project',
    check: 'get_endpoint_group_in_project',
    remove: 'remove_endpoint_group_from_project',
    projects: 'list_projects_associated_with_endpoint_group',
  },
} as const;

function notAssociated(one: EndpointAssociation): { refusal: IdentityRefusal } {
  return rule(`no-project-${one.kind}`, one);
}

function rule(name: string, { kind, id, projectId }: EndpointAssociation): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: name, thing: kind, id: `${id} ${projectId}` } };
}
