import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, type Thing } from './administration';
import { refusal } from './people';

/* What `npm run lab:identity` found Keystone to take and to refuse. */

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

test.each([
  ['services', { type: ' ' }, 201],
  ['services', { type: '' }, 400],
  ['services', { type: 'a', name: null }, 400],
  ['services', { type: 'a', name: 'x'.repeat(256) }, 400],
  ['domains', { name: 'described', description: 'x'.repeat(256) }, 400],
  ['projects', { name: 'described', description: 'x'.repeat(256) }, 201],
  ['regions', { description: 'x'.repeat(256) }, 400],
  ['regions', { id: '' }, 201],
  ['users', { name: 'at home nowhere', default_project_id: 'a/b' }, 201],
  ['policies', { type: '', blob: '' }, 201],
  ['policies', { type: 'x'.repeat(256), blob: '' }, 400],
  ['endpoint_groups', { name: 'g', filters: { interface: 'public' }, colour: 'red' }, 400],
])('of %s, %j is answered with %d', async (plural, attributes, status) => {
  const { post } = await admin();
  const path = plural === 'endpoint_groups' ? `OS-EP-FILTER/${plural}` : plural;
  const singular = plural.replace(/ies$/, 'y').replace(/s$/, '');
  expect((await post(path, { [singular]: attributes })).status).toBe(status);
});

test.each([
  ['users?enabled=maybe', 400],
  ['users?enabled=', 200],
  ['users?name=', 400],
  ['users?name__contains=', 200],
  ['users?sort_dir=down', 400],
  ['projects?is_domain=perhaps', 400],
  ['projects?name=%20', 400],
  ['roles?domain_id=a%2Fb', 400],
  ['groups?domain_id=', 400],
  ['regions?parent_region_id=', 400],
  ['regions?limit=1', 400],
  ['endpoints?interface=other', 400],
  ['services?type=', 200],
  ['limits?resource_name=', 400],
  ['OS-EP-FILTER/endpoint_groups?other=1', 400],
])('the list %s is answered with %d', async (path, status) => {
  const { get } = await admin();
  expect((await get(path)).status).toBe(status);
});

test('a limit that is changed to nothing stays as it was', async () => {
  const { make, post, patch } = await admin();
  const service = await make('services', { type: 'limited' });
  const project = await make('projects', { name: 'limited' });
  const common = { service_id: service.id, resource_name: 'images' };
  await post('registered_limits', { registered_limits: [{ ...common, default_limit: 9 }] });
  const limit = { ...common, project_id: project.id, resource_limit: 5, description: 'some' };
  const [made] = (await post('limits', { limits: [limit] })).json<{ limits: Thing[] }>().limits;
  const changed = await patch(`limits/${made?.id ?? ''}`, { limit: { resource_limit: 0, description: '' } });
  expect(changed.json()).toMatchObject({ limit: { resource_limit: 5, description: 'some' } });
  const neither = { ...common, resource_limit: 1 };
  expect((await post('limits', { limits: [neither] })).status).toBe(400);
  const both = { ...neither, project_id: project.id, domain_id: 'default' };
  expect((await post('limits', { limits: [both] })).status).toBe(400);
});

test('a change of a password takes nothing else', async () => {
  const { make, post } = await admin();
  const user = await make('users', { name: 'changing', password: 'p' });
  const body = { user: { original_password: 'p', password: 'q', more: 1 } };
  expect(refusal(await post(`users/${user.id}/password`, body))).toMatchObject({ status: 400 });
});
