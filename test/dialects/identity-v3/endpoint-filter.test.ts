import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { type Calls, callsOf, namesIn, type Thing } from './administration';
import { passwordBody, logIn, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const root = 'OS-EP-FILTER';
const absent = 'f'.repeat(32);
const client =
  'The server could not comply with the request since it is either malformed or otherwise incorrect.';

interface Service {
  readonly type: string;
  readonly endpoints: readonly { readonly id: string }[];
}

async function anEndpoint(calls: Calls, type: string, face = 'public'): Promise<Thing> {
  const service = await calls.make('services', { type, name: type });
  return calls.make('endpoints', { service_id: service.id, interface: face, url: `http://${type}.example/` });
}

async function aGroup(calls: Calls, filters: object): Promise<Thing> {
  const body = { endpoint_group: { name: 'some', filters } };
  const answer = await calls.post(`${root}/endpoint_groups`, body);
  expect(answer.status).toBe(201);
  return answer.json<{ endpoint_group: Thing }>().endpoint_group;
}

/** What a person's own token shows, and what the person is shown at /v3/auth/catalog. */
async function typesSeenBy({ person, get }: Calls): Promise<string[]> {
  const login = await logIn(given(), passwordBody(person, { project: { id: person.project } }));
  const { token } = login.json<{ token: { catalog: Service[] } }>();
  const { catalog } = (await get('auth/catalog')).json<{ catalog: Service[] }>();
  expect(catalog).toEqual(token.catalog);
  return catalog.map(({ type }) => type).sort();
}

test('a project with an endpoint of its own sees only that, and every endpoint when it is taken', async () => {
  const admin = await callsOf(given(), 'root', 'admin');
  const alice = await callsOf(given(), 'alice', 'member');
  const endpoint = await anEndpoint(admin, 'dns');
  const before = await typesSeenBy(alice);
  expect(before).toEqual(expect.arrayContaining(['dns', 'identity', 'image']));

  const place = `${root}/projects/${alice.person.project}/endpoints/${endpoint.id}`;
  expect(refusal(await admin.get(place))).toEqual({
    status: 404,
    title: 'Not Found',
    message: `Endpoint ${endpoint.id} not found in project ${alice.person.project}`,
  });
  expect((await admin.put(place)).status).toBe(204);
  expect(refusal(await admin.put(place))).toEqual({
    status: 409,
    title: 'Conflict',
    message: 'Conflict occurred attempting to store project_endpoint - Duplicate entry.',
  });
  expect((await admin.get(place)).status).toBe(204);
  expect(await typesSeenBy(alice)).toEqual(['dns']);
  expect(await typesSeenBy(admin)).toEqual(expect.arrayContaining(['dns', 'identity', 'image']));

  const projects = await admin.get(`${root}/endpoints/${endpoint.id}/projects`);
  expect(namesIn(projects, 'projects')).toEqual([alice.person.projectName]);
  const endpoints = await admin.get(`${root}/projects/${alice.person.project}/endpoints`);
  expect(endpoints.json()).toMatchObject({
    endpoints: [{ id: endpoint.id, url: 'http://dns.example/', links: {} }],
    links: { self: `${given().url}/v3/${root}/projects/${alice.person.project}/endpoints` },
  });

  await admin.patch(`endpoints/${endpoint.id}`, { endpoint: { enabled: false } });
  expect(await typesSeenBy(alice)).toEqual([]);
  expect((await admin.remove(place)).status).toBe(204);
  expect(refusal(await admin.remove(place))).toMatchObject({ status: 404 });
  expect(await typesSeenBy(alice)).toEqual(before);
});

test("a group shows a project the endpoints that have its filters' values", async () => {
  const admin = await callsOf(given(), 'root', 'admin');
  const bob = await callsOf(given(), 'bob', 'member');
  const [inner, own] = [await anEndpoint(admin, 'queue', 'internal'), await anEndpoint(admin, 'share')];
  const group = await aGroup(admin, { service_id: inner['service_id'], interface: 'internal' });
  const none = await aGroup(admin, { region_id: 'nowhere' });
  const at = (id: string) => `${root}/endpoint_groups/${id}/projects/${bob.person.project}`;
  const before = await typesSeenBy(bob);

  expect((await admin.put(at(none.id))).status).toBe(204);
  expect(await typesSeenBy(bob)).toEqual(before);
  expect((await admin.put(at(group.id))).status).toBe(204);
  expect(refusal(await admin.put(at(group.id)))).toMatchObject({
    status: 409,
    message: 'Conflict occurred attempting to store project_endpoint_group - Duplicate entry.',
  });
  expect(await typesSeenBy(bob)).toEqual(['queue']);
  expect((await admin.put(`${root}/projects/${bob.person.project}/endpoints/${own.id}`)).status).toBe(204);
  expect(await typesSeenBy(bob)).toEqual(['queue', 'share']);

  expect((await admin.get(at(group.id))).json()).toEqual({
    project_endpoint_group: {
      endpoint_group_id: group.id,
      project_id: bob.person.project,
      links: { self: `/OS-EP-FILTER/endpoint_groups/${group.id}/projects/${bob.person.project}` },
    },
  });
  const lists: readonly (readonly [string, string, string[]])[] = [
    [`endpoint_groups/${group.id}/endpoints`, 'endpoints', [inner.id]],
    [`endpoint_groups/${group.id}/projects`, 'projects', [bob.person.project]],
    [`projects/${bob.person.project}/endpoint_groups`, 'endpoint_groups', [group.id, none.id]],
    [`projects/${bob.person.project}/endpoints`, 'endpoints', [inner.id, own.id]],
  ];
  for (const [path, plural, ids] of lists) {
    const found = (await admin.get(`${root}/${path}`)).json<Record<string, Thing[]>>()[plural] ?? [];
    expect([path, found.map(({ id }) => id).sort()]).toEqual([path, [...ids].sort()]);
  }
  const changed = { endpoint_group: { filters: { region_id: 'nowhere' } } };
  expect((await admin.patch(`${root}/endpoint_groups/${group.id}`, changed)).status).toBe(200);
  expect(await typesSeenBy(bob)).toEqual(['share']);
  expect((await admin.remove(at(none.id))).status).toBe(204);
  expect(refusal(await admin.remove(at(none.id)))).toMatchObject({
    status: 404,
    message: 'Endpoint Group Project Association not found',
  });
  expect((await admin.remove(`endpoints/${own.id}`)).status).toBe(204);
  expect(await typesSeenBy(bob)).toEqual(expect.arrayContaining(['identity', 'image', 'queue']));
});

test('what is not there is named, in the order in which Keystone looks', async () => {
  const admin = await callsOf(given(), 'root', 'admin');
  const endpoint = await anEndpoint(admin, 'workflow');
  const message = async (path: string, method: 'get' | 'put' | 'remove' = 'get') => {
    const answer = await (method === 'put' ? admin.put(path) : admin[method](path));
    const found = refusal(answer);
    expect([path, found.status]).toEqual([path, 404]);
    return found.message;
  };
  const noEndpoint = `Could not find endpoint: ${absent}.`;
  const noProject = `Could not find project: ${absent}.`;
  const noGroup = `Could not find Endpoint Group: ${absent}.`;
  const { project } = admin.person;
  expect(await message(`${root}/projects/${absent}/endpoints/${absent}`, 'put')).toBe(noEndpoint);
  expect(await message(`${root}/projects/${absent}/endpoints/${endpoint.id}`, 'put')).toBe(noProject);
  expect(await message(`${root}/endpoint_groups/${absent}/projects/${absent}`, 'put')).toBe(noProject);
  expect(await message(`${root}/endpoint_groups/${absent}/projects/${project}`, 'remove')).toBe(noGroup);
  expect(await message(`${root}/endpoints/${absent}/projects`)).toBe(noEndpoint);
  expect(await message(`${root}/projects/${absent}/endpoints`)).toBe(noProject);
  expect(await message(`${root}/projects/${absent}/endpoint_groups`)).toBe(noProject);
  expect(await message(`${root}/endpoint_groups/${absent}/endpoints`)).toBe(noGroup);
  const projects = await admin.get(`${root}/endpoint_groups/${absent}/projects`);
  expect(projects.json()).toMatchObject({ projects: [] });
});

test('a group has filters, and only those by which endpoints are grouped', async () => {
  const { post, patch, ...admin } = await callsOf(given(), 'root', 'admin');
  const wanted = `Expecting to find service_id or region_id or interface in endpoint_group. ${client} The client is assumed to be in error.`;
  const make = (filters: object) =>
    post(`${root}/endpoint_groups`, { endpoint_group: { name: 'x', filters } });
  expect(refusal(await make({}))).toMatchObject({
    status: 400,
    message: 'filters field is required and cannot be empty',
  });
  expect(refusal(await make({ colour: 'red' }))).toMatchObject({ status: 400, message: wanted });
  const group = await aGroup({ post, patch, ...admin }, { interface: 'public' });
  const at = `${root}/endpoint_groups/${group.id}`;
  const change = { endpoint_group: { filters: { colour: 'red' } } };
  expect(refusal(await patch(at, change))).toMatchObject({ status: 400, message: wanted });
});

test('only administrators arrange catalogs', async () => {
  const { get, put, remove, person } = await callsOf(given(), 'carol', 'member', 'manager');
  const pair = `projects/${person.project}/endpoints/${absent}`;
  const grouped = `endpoint_groups/${absent}/projects/${person.project}`;
  const refused: readonly (readonly [string, (path: string) => ReturnType<typeof get>, string])[] = [
    [pair, get, 'check_endpoint_in_project'],
    [pair, put, 'add_endpoint_to_project'],
    [pair, remove, 'remove_endpoint_from_project'],
    [`endpoints/${absent}/projects`, get, 'list_projects_for_endpoint'],
    [`projects/${person.project}/endpoints`, get, 'list_endpoints_for_project'],
    [`projects/${person.project}/endpoint_groups`, get, 'list_endpoint_groups_for_project'],
    [grouped, get, 'get_endpoint_group_in_project'],
    [grouped, put, 'add_endpoint_group_to_project'],
    [grouped, remove, 'remove_endpoint_group_from_project'],
    [`endpoint_groups/${absent}/projects`, get, 'list_projects_associated_with_endpoint_group'],
    [`endpoint_groups/${absent}/endpoints`, get, 'list_endpoints_associated_with_endpoint_group'],
  ];
  for (const [path, ask, action] of refused) {
    expect([path, refusal(await ask(`${root}/${path}`))]).toEqual([
      path,
      {
        status: 403,
        title: 'Forbidden',
        message: `You are not authorized to perform the requested action: identity:${action}.`,
      },
    ]);
  }
});
