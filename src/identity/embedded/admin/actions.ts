import type { EntityKind } from '../../entity-ports';

/** As the names of policies call a thing. */
export const policyName: Readonly<Record<EntityKind, string>> = {
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
