import type { Attributes, EntityKind } from '../../entity-ports';

/** What the names of policies call each kind of entity. */
const policyName: Readonly<Record<EntityKind, string>> = {
  domain: 'domain',
  project: 'project',
  user: 'user',
  group: 'group',
  role: 'role',
  region: 'region',
  service: 'service',
  endpoint: 'endpoint',
  policy: 'policy',
  'endpoint-group': 'endpoint_group',
  'registered-limit': 'registered_limit',
  limit: 'limit',
};

/** `create_user`; a role of a domain has actions of its own. */
export function policyActionOn(verb: string, kind: EntityKind, entity?: Attributes): string {
  const isOfDomain = kind === 'role' && Boolean(entity?.['domain_id']);
  return `${verb}_${isOfDomain ? 'domain_role' : policyName[kind]}`;
}

/** `list_users` */
export function policyListAction(verb: string, kind: EntityKind, where?: Attributes): string {
  const one = policyActionOn(verb, kind, where);
  return one.endsWith('y') ? `${one.slice(0, -1)}ies` : `${one}s`;
}
