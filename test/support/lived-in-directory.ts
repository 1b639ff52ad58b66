import type { TestGateway } from './gateway';
import { send } from './wire';

type Things = Readonly<Record<string, { readonly id: string } | { readonly id: string }[]>>;

/** Arranges at `/v3` something of every kind that is kept there, as an administrator does. */
export async function liveInDirectory({ port, gateway }: TestGateway, userId: string): Promise<void> {
  const { directory } = gateway.identity;
  const office = await directory.createProject({ name: 'office' });
  const admin = await directory.createUser({ name: 'administrator', password: 'p' });
  await directory.setRoles(office.id, admin.id, ['admin']);
  const user = { id: admin.id, password: 'p' };
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { id: office.id } },
  };
  const login = await send(port, 'POST', '/v3/auth/tokens', { body: { auth } });
  const token = String(login.headers['x-subject-token']);
  const make = async (path: string, body: object, member: string): Promise<string> => {
    const answer = await send(port, 'POST', `/v3/${path}`, { token, body });
    expect([path, answer.status]).toEqual([path, 201]);
    const [made] = [answer.json<Things>()[member] ?? []].flat();
    return made?.id ?? '';
  };
  const put = async (path: string): Promise<void> => {
    expect((await send(port, 'PUT', `/v3/${path}`, { token })).status).toBe(204);
  };
  const domain = await make('domains', { domain: { name: 'ácme', tags: ['a'] } }, 'domain');
  const parent = await make(
    'projects',
    { project: { name: 'parent', domain_id: domain, colour: 'röt' } },
    'project',
  );
  await make('projects', { project: { name: 'child', domain_id: domain, parent_id: parent } }, 'project');
  const group = await make('groups', { group: { name: 'team', domain_id: domain } }, 'group');
  const role = await make('roles', { role: { name: 'own', domain_id: domain } }, 'role');
  await put(`groups/${group}/users/${userId}`);
  await put(`OS-INHERIT/domains/${domain}/groups/${group}/roles/${role}/inherited_to_projects`);
  const service = await make('services', { service: { type: 'compute', name: 'nova' } }, 'service');
  const limit = { service_id: service, resource_name: 'cores' };
  const registered = { registered_limits: [{ ...limit, default_limit: 1 }] };
  await make('registered_limits', registered, 'registered_limits');
  await make('limits', { limits: [{ ...limit, project_id: parent, resource_limit: 2 }] }, 'limits');
  await make('policies', { policy: { type: 'text', blob: '{"a":"ü"}' } }, 'policy');
  const endpointGroup = { endpoint_group: { name: 'images', filters: { interface: 'public' } } };
  const endpoints = await make('OS-EP-FILTER/endpoint_groups', endpointGroup, 'endpoint_group');
  await put(`OS-EP-FILTER/endpoint_groups/${endpoints}/projects/${parent}`);
  const at = { service_id: service, interface: 'public', url: 'http://compute.example/' };
  const endpoint = await make('endpoints', { endpoint: at }, 'endpoint');
  await put(`OS-EP-FILTER/projects/${parent}/endpoints/${endpoint}`);
  const credential = { type: 'cert', blob: 'sécret', user_id: userId, project_id: parent };
  await make('credentials', { credential }, 'credential');
  await defineMetadata(port, token);
  await directory.setRoles(parent, userId, ['reader']);
  await directory.setRoles(parent, userId, []);
}

async function defineMetadata(port: number, token: string): Promise<void> {
  const body = {
    namespace: 'OS::Höst "1"',
    description: 'wörds\n',
    resource_type_associations: [{ name: 'OS::Nova::Flavor', prefix: 'hw:' }],
    objects: [{ name: 'cpu', properties: { cores: { type: 'integer', title: 'Cöres', default: 1 } } }],
    tags: [{ name: 'fast' }],
  };
  expect((await send(port, 'POST', '/v2/metadefs/namespaces', { token, body })).status).toBe(201);
}
