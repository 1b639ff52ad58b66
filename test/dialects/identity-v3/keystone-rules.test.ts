import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf } from './administration';
import { refusal } from './people';

/* What `npm run lab:identity` found Keystone to answer. */

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');
const unknown = 'f'.repeat(32);

test('a project is neither made nor enabled below a disabled one, nor disabled above an enabled one', async () => {
  const { make, post, patch, remove } = await admin();
  const top = await make('projects', { name: 'top' });
  const below = await make('projects', { name: 'below', parent_id: top.id });
  const enable = (id: string, enabled: boolean) => patch(`projects/${id}`, { project: { enabled } });
  expect(refusal(await enable(top.id, false))).toMatchObject({
    status: 403,
    message: `Cannot disable project ${top.id} since its subtree contains enabled projects.`,
  });
  expect((await enable(below.id, false)).status).toBe(200);
  expect((await enable(top.id, false)).status).toBe(200);
  expect(refusal(await enable(below.id, true))).toMatchObject({ status: 403 });
  const another = { project: { name: 'another', parent_id: top.id } };
  expect(refusal(await post('projects', another))).toMatchObject({
    status: 400,
    message: `cannot create a project in a branch containing a disabled project: ${top.id}`,
  });
  expect(refusal(await remove(`projects/${top.id}`))).toMatchObject({ status: 403 });
});

test('regions are in no circle, and go with those below them', async () => {
  const { make, patch, remove, get } = await admin();
  await make('regions', { id: 'up' });
  await make('regions', { id: 'mid', parent_region_id: 'up' });
  await make('regions', { id: 'down', parent_region_id: 'mid' });
  expect(refusal(await patch('regions/up', { region: { parent_region_id: 'down' } }))).toMatchObject({
    status: 400,
    message: 'The specified parent region down would create a circular region hierarchy.',
  });
  expect((await remove('regions/up')).status).toBe(204);
  expect((await get('regions/down')).status).toBe(404);
});

test('a role of a domain is given in that domain only, and implied by others of a domain only', async () => {
  const { make, put, remove } = await admin();
  const domain = await make('domains', { name: 'of-roles' });
  const [inside, outside] = [
    await make('roles', { name: 'inside', domain_id: domain.id }),
    await make('roles', { name: 'outside' }),
  ];
  const user = await make('users', { name: 'role-holder' });
  const project = await make('projects', { name: 'elsewhere' });
  const grants = (where: string, role: string): string => `${where}/users/${user.id}/roles/${role}`;
  expect(refusal(await put(grants('system', inside.id)))).toMatchObject({ status: 400 });
  expect(refusal(await put(grants(`projects/${project.id}`, inside.id)))).toMatchObject({ status: 403 });
  expect(refusal(await put(`roles/${outside.id}/implies/${inside.id}`))).toMatchObject({ status: 403 });
  expect(refusal(await remove(grants(`projects/${project.id}`, outside.id)))).toMatchObject({
    status: 404,
    message: `Could not find role assignment with role: ${outside.id}, user or group: ${user.id}, project, domain, or system: ${project.id}.`,
  });
});

test('what an endpoint or a limit refers to must be there, and a URL be one that can be filled in', async () => {
  const { make, post } = await admin();
  const service = await make('services', { type: 'other' });
  const endpoint = { service_id: unknown, interface: 'public', url: 'http://host/$(nothing)s' };
  const tried = async (more: object) =>
    refusal(await post('endpoints', { endpoint: { ...endpoint, ...more } }));
  expect((await tried({})).message).toMatch(/^Cannot create an endpoint with an invalid URL/);
  const url = 'http://host/%(project_id)s';
  expect((await tried({ url })).message).toMatch(/^Expecting to find endpoint service_id in service table\./);
  const limit = { service_id: service.id, project_id: unknown, resource_name: 'n', resource_limit: 1 };
  expect(refusal(await post('limits', { limits: [limit] })).message).toMatch(
    /^Expecting to find project_id in limit\./,
  );
});

test('a description may be null when a thing is made and when it is changed', async () => {
  const { make, patch } = await admin();
  for (const plural of ['domains', 'projects', 'groups', 'regions']) {
    const singular = plural.slice(0, -1);
    const named = plural === 'regions' ? {} : { name: 'without words' };
    const made = await make(plural, { ...named, description: null });
    const changed = await patch(`${plural}/${made.id}`, { [singular]: { description: null } });
    expect([plural, changed.status]).toEqual([plural, 200]);
    expect(changed.json<Record<string, object>>()[singular]).toMatchObject({ description: '' });
  }
});

test('lists of assignments that can have nothing are refused', async () => {
  const { get } = await admin();
  const both = [
    'user.id=a&group.id=b',
    'scope.project.id=a&scope.domain.id=b',
    'scope.domain.id=a&scope.system=all',
    'include_subtree',
  ];
  for (const query of both) {
    expect(refusal(await get(`role_assignments?${query}`))).toMatchObject({ status: 400 });
  }
  const member = await callsOf(given(), 'nosy', 'member');
  for (const [query, status] of [
    ['include_subtree', 400],
    ['user.id=a&group.id=b', 400],
    ['scope.project.id=a&scope.domain.id=b', 403],
  ] as const) {
    expect(refusal(await member.get(`role_assignments?${query}`))).toMatchObject({ status });
  }
  expect(refusal(await get(`role_assignments?effective&user.id=${unknown}`))).toMatchObject({ status: 404 });
});

test('the system narrows no list of what is effective', async () => {
  const { make, put, get } = await admin();
  const [user, project] = [await make('users', { name: 'wide' }), await make('projects', { name: 'wide' })];
  const role = await make('roles', { name: 'wide' });
  expect((await put(`projects/${project.id}/users/${user.id}/roles/${role.id}`)).status).toBe(204);
  for (const [query, count] of [
    ['scope.system=all', 0],
    ['scope.system=all&effective', 1],
  ] as const) {
    const found = (await get(`role_assignments?user.id=${user.id}&${query}`)).json();
    expect(found).toMatchObject({ role_assignments: { length: count } });
  }
});

test('a region makes its own id where null is given, and is there once', async () => {
  const { make, post } = await admin();
  await make('regions', { id: 'twice' });
  expect(refusal(await post('regions', { region: { id: 'twice' } }))).toMatchObject({
    status: 409,
    // Both full stops are Keystone's.
    message: 'Conflict occurred attempting to store region - Duplicate ID, twice..',
  });
  expect((await make('regions', { id: null })).id).toMatch(/^[0-9a-f]{32}$/);
});

test('a changed name that is taken is refused without its domain', async () => {
  const { make, patch } = await admin();
  await make('groups', { name: 'taken' });
  const { id } = await make('groups', { name: 'other' });
  expect(refusal(await patch(`groups/${id}`, { group: { name: 'taken' } }))).toMatchObject({
    status: 409,
    message: 'Conflict occurred attempting to store group - Duplicate entry found with name taken.',
  });
});

test('a registered limit that is narrowed is not changed, nor one to the place that it has', async () => {
  const { make, post, patch } = await admin();
  const service = await make('services', { type: 'narrowed' });
  const project = await make('projects', { name: 'narrowed' });
  const common = { service_id: service.id, resource_name: 'images' };
  const made = await post('registered_limits', { registered_limits: [{ ...common, default_limit: 9 }] });
  const [{ id } = { id: '' }] = made.json<{ registered_limits: { id: string }[] }>().registered_limits;
  const change = (limit: object) => patch(`registered_limits/${id}`, { registered_limit: limit });
  expect(refusal(await change({ resource_name: 'images' }))).toMatchObject({
    status: 409,
    message: 'Conflict occurred attempting to store registered_limit - Duplicate entry.',
  });
  expect((await change({ description: 'x' })).status).toBe(200);
  await post('limits', { limits: [{ ...common, project_id: project.id, resource_limit: 5 }] });
  expect(refusal(await change({ description: 'y' }))).toMatchObject({ status: 403 });
});

test('a project below one of another domain is refused unless its own domain is said', async () => {
  const { make, post } = await admin();
  const domain = await make('domains', { name: 'of-parents' });
  const parent = await make('projects', { name: 'parent', domain_id: domain.id });
  const child = { name: 'child', parent_id: parent.id };
  expect(refusal(await post('projects', { project: child }))).toMatchObject({ status: 400 });
  expect(await make('projects', { ...child, domain_id: domain.id })).toMatchObject({ parent_id: parent.id });
});
