import type { Answer } from '../wire';
import type { Known } from './samples';

type Make = (path: string, body: object) => Promise<Answer>;

/** One of each kind that identity keeps, by the names that the contract calls their ids. */
export async function makeThings(
  make: Make,
  { project, user }: { readonly project: string; readonly user: string },
): Promise<Known> {
  const one = async (path: string, member: string, attributes: object): Promise<string> => {
    const answer = await make(`/v3/${path}`, { [member]: attributes });
    return answer.json<Record<string, { id: string }>>()[member]?.id ?? '';
  };
  const among = async (plural: string, attributes: object): Promise<string> => {
    const answer = await make(`/v3/${plural}`, { [plural]: [attributes] });
    return answer.json<Record<string, { id: string }[]>>()[plural]?.[0]?.id ?? '';
  };
  const domain = await one('domains', 'domain', { name: 'acme' });
  const child = await one('projects', 'project', { name: 'below', parent_id: project, tags: ['a'] });
  const group = await one('groups', 'group', { name: 'team' });
  const roles = [
    await one('roles', 'role', { name: 'extra' }),
    await one('roles', 'role', { name: 'local', domain_id: domain }),
  ];
  const region = await one('regions', 'region', { id: 'East' });
  const service = await one('services', 'service', { type: 'volume' });
  const at = { service_id: service, interface: 'public', url: 'http://volume.example/' };
  const limited = { service_id: service, resource_name: 'n' };
  const kept = { type: 'cert', blob: 'x', user_id: user };
  const pair = await make(`/v3/users/${user}/credentials/OS-EC2`, { tenant_id: project });
  const filters = { service_id: service };
  return {
    ...{ domain_id: ['default', domain], parent_id: [project, child], default_project_id: [project] },
    ...{ group_id: [group], role_id: roles, prior_role_id: roles, implied_role_id: roles },
    ...{ region_id: [region, 'RegionOne'], service_id: [service], resource_name: ['n', 'm'] },
    ...{ kept_id: [await one('credentials', 'credential', kept)], tenant_id: [project] },
    access: [pair.json<{ credential: { access: string } }>().credential.access],
    endpoint_id: [await one('endpoints', 'endpoint', at)],
    policy_id: [await one('policies', 'policy', { type: 'application/json', blob: '{}' })],
    endpoint_group_id: [
      await one('OS-EP-FILTER/endpoint_groups', 'endpoint_group', { name: 'public', filters }),
    ],
    registered_limit_id: [await among('registered_limits', { ...limited, default_limit: 5 })],
    limit_id: [await among('limits', { ...limited, project_id: project, resource_limit: 2 })],
  };
}
