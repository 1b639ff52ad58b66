import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, namesIn, type Thing } from './administration';
import { logIn, passwordBody, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

interface Service {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
}

async function catalogOf({ get }: Awaited<ReturnType<typeof admin>>): Promise<readonly Service[]> {
  return (await get('auth/catalog')).json<{ catalog: Service[] }>().catalog;
}

test('what is registered joins the catalog, and leaves it when it is disabled or deleted', async () => {
  const calls = await admin();
  const service = await calls.make('services', { type: 'volumev3', name: 'cinder' });
  const url = 'http://volumes.example/v3/$(project_id)s';
  await calls.make('regions', { id: 'East', description: 'elsewhere' });
  const endpoint = await calls.make('endpoints', {
    service_id: service.id,
    interface: 'public',
    region: 'East',
    url,
  });
  expect(endpoint).toMatchObject({ region_id: 'East', region: 'East', url, enabled: true });
  const found = (await catalogOf(calls)).find(({ type }) => type === 'volumev3');
  expect(found?.endpoints).toMatchObject([
    { interface: 'public', url: `http://volumes.example/v3/${calls.person.project}`, region_id: 'East' },
  ]);
  expect(refusal(await calls.remove('regions/East'))).toMatchObject({ status: 403 });
  await calls.patch(`endpoints/${endpoint.id}`, { endpoint: { enabled: false } });
  expect((await catalogOf(calls)).find(({ type }) => type === 'volumev3')?.endpoints).toEqual([]);
  expect((await calls.remove(`services/${service.id}`)).status).toBe(204);
  expect((await calls.get(`endpoints/${endpoint.id}`)).status).toBe(404);
  expect((await catalogOf(calls)).map(({ type }) => type).sort()).toEqual(['identity', 'image']);
  expect((await calls.remove('regions/East')).status).toBe(204);
});

test('a token for no project shows no endpoint that names one, and every other with what was said of it', async () => {
  const { make, remove, person } = await admin();
  const service = await make('services', { type: 'placed' });
  const at = { service_id: service.id, interface: 'public' };
  await make('endpoints', { ...at, url: 'http://host/%(tenant_id)s' });
  await make('endpoints', { ...at, url: 'http://host/', description: 'for all' });
  const entered = async (scope: object) => {
    const answer = await logIn(given(), passwordBody(person, scope));
    const { catalog } = answer.json<{ token: { catalog: Service[] } }>().token;
    return catalog.find(({ type }) => type === 'placed')?.endpoints ?? [];
  };
  expect(await entered({ system: { all: true } })).toMatchObject([
    { url: 'http://host/', description: 'for all' },
  ]);
  expect(await entered({ project: { id: person.project } })).toHaveLength(2);
  await remove(`services/${service.id}`);
});

test("the gateway's own endpoints say where the client has reached it", async () => {
  const { get } = await admin();
  const urls = (await get('endpoints?interface=public')).json<{ endpoints: Thing[] }>().endpoints;
  expect(urls.map(({ url }) => url).sort()).toEqual([given().url, `${given().url}/v3`]);
  expect(namesIn(await get('services?type=image'), 'services')).toEqual(['glance']);
});

test('limits are made several at once, for what is registered', async () => {
  const { make, post, patch, get, remove } = await admin();
  const service = await make('services', { type: 'compute', name: 'nova' });
  const project = await make('projects', { name: 'limited' });
  const limit = { service_id: service.id, project_id: project.id, resource_name: 'cores', resource_limit: 5 };
  expect(refusal(await post('limits', { limits: [limit] }))).toMatchObject({ status: 403 });
  const registered = { service_id: service.id, resource_name: 'cores', default_limit: 10 };
  const first = await post('registered_limits', { registered_limits: [registered] });
  expect(first.status).toBe(201);
  expect(refusal(await post('registered_limits', { registered_limits: [registered] }))).toMatchObject({
    status: 409,
  });
  const second = await post('limits', { limits: [limit] });
  const [made] = second.json<{ limits: Thing[] }>().limits;
  expect([second.status, made]).toMatchObject([201, { resource_limit: 5, region_id: null, domain_id: null }]);
  const changed = await patch(`limits/${made?.id ?? ''}`, { limit: { resource_limit: 7 } });
  expect(changed.json()).toMatchObject({ limit: { resource_limit: 7 } });
  const [known] = first.json<{ registered_limits: Thing[] }>().registered_limits;
  expect(refusal(await remove(`registered_limits/${known?.id ?? ''}`))).toMatchObject({ status: 403 });
  expect((await remove(`limits/${made?.id ?? ''}`)).status).toBe(204);
  expect((await remove(`registered_limits/${known?.id ?? ''}`)).status).toBe(204);
  expect((await get('limits/model')).json()).toMatchObject({ model: { name: 'flat' } });
});

// As Werkzeug routes: a word's path that lacks the method leaves it to the path with an id.
test('a limit with the id "model" is not found, and other methods are refused with those of both paths', async () => {
  const { remove, patch, put } = await admin();
  expect(refusal(await remove('limits/model'))).toMatchObject({ status: 404 });
  expect(refusal(await patch('limits/model', { limit: { resource_limit: 1 } }))).toMatchObject({
    status: 404,
  });
  const refused = await put('limits/model', {});
  expect([refused.status, refused.headers['allow']]).toEqual([405, 'OPTIONS, GET, HEAD, PATCH, DELETE']);
});

test('of several limits all are made or none', async () => {
  const { make, post, get } = await admin();
  const service = await make('services', { type: 'network', name: 'neutron' });
  const limit = (resource: string) => ({
    service_id: service.id,
    resource_name: resource,
    default_limit: 1,
  });
  const at = `registered_limits?service_id=${service.id}`;
  for (const [last, status] of [
    [limit('ports'), 409],
    [{ ...limit('routers'), region_id: 'none' }, 400],
    [{ ...limit('routers'), default_limit: 'many' }, 400],
  ] as const) {
    const answer = await post('registered_limits', { registered_limits: [limit('ports'), last] });
    expect(refusal(answer)).toMatchObject({ status });
    expect((await get(at)).json()).toMatchObject({ registered_limits: [] });
  }
});

test('a service that limits refer to stays until they are gone', async () => {
  const { make, post, get, remove } = await admin();
  const service = await make('services', { type: 'share', name: 'manila' });
  const registered = { service_id: service.id, resource_name: 'shares', default_limit: 1 };
  const made = await post('registered_limits', { registered_limits: [registered] });
  expect(refusal(await remove(`services/${service.id}`))).toMatchObject({ status: 403 });
  expect((await get(`services/${service.id}`)).status).toBe(200);
  const [limit] = made.json<{ registered_limits: Thing[] }>().registered_limits;
  expect((await remove(`registered_limits/${limit?.id ?? ''}`)).status).toBe(204);
  expect((await remove(`services/${service.id}`)).status).toBe(204);
});

test('policies and groups of endpoints are kept and shown', async () => {
  const { make, get, remove } = await admin();
  const policy = await make('policies', { type: 'application/json', blob: '{"a":1}' });
  expect((await get(`policies/${policy.id}`)).json()).toMatchObject({ policy: { blob: '{"a":1}' } });
  expect((await remove(`policies/${policy.id}`)).status).toBe(204);
  const group = { endpoint_group: { name: 'images', filters: { interface: 'public' } } };
  const { post } = await admin();
  const made = await post('OS-EP-FILTER/endpoint_groups', group);
  expect([made.status, made.json()]).toMatchObject([
    201,
    { endpoint_group: { filters: { interface: 'public' } } },
  ]);
});
