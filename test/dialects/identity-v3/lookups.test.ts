import { createHash, createHmac } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { thePerson, passwordBody, refusal, logIn, tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const get = (path: string, token: string) => send(given().port, 'GET', path, { token });

test('GET /v3 tells the version to everybody, with or without a slash, under the host that was asked', async () => {
  for (const path of ['/v3', '/v3/', '//v3']) {
    const answer = await send(given().port, 'GET', path, { headers: { host: 'h.test' } });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      version: { id: 'v3.14', status: 'stable', links: [{ rel: 'self', href: 'http://h.test/v3/' }] },
    });
  }
});

test('a member sees the own projects, an admin all, each by name if asked', async () => {
  const [alice, admin] = [
    await thePerson(given(), 'alice', 'member'),
    await thePerson(given(), 'admin', 'admin'),
  ];
  const [mine, all] = [await tokenOf(given(), alice), await tokenOf(given(), admin)];
  const named = `?name=${encodeURIComponent(alice.projectName)}&enabled=true`;
  const body = {
    id: alice.project,
    name: alice.projectName,
    domain_id: 'default',
    description: '',
    enabled: true,
    parent_id: 'default',
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${given().url}/v3/projects/${alice.project}` },
  };
  for (const path of [
    '/v3/auth/projects',
    '/v3/projects',
    `/v3/users/${alice.id}/projects`,
    `/v3/projects${named}`,
  ]) {
    const links = { next: null, previous: null, self: `${given().url}${path}` };
    expect((await get(path, mine)).json()).toEqual({ projects: [body], links });
  }
  expect((await get(`/v3/projects${named}`, all)).json()).toMatchObject({ projects: [body] });
  expect((await get('/v3/projects', all)).json<{ projects: unknown[] }>().projects.length).toBeGreaterThan(1);
  expect((await get('/v3/projects?name=none', all)).json()).toMatchObject({ projects: [] });
  expect((await get(`/v3/projects/${alice.project}`, mine)).json()).toEqual({ project: body });
});

test("what is another's is refused, and what is not there is only told to admins", async () => {
  const [alice, admin] = [
    await thePerson(given(), 'alice', 'member'),
    await thePerson(given(), 'admin', 'admin'),
  ];
  const [mine, all] = [await tokenOf(given(), alice), await tokenOf(given(), admin)];
  const paths = [
    `/v3/projects/${admin.project}`,
    '/v3/projects/none',
    '/v3/users',
    `/v3/users/${admin.id}`,
    `/v3/users/${admin.id}/projects`,
  ];
  for (const path of paths) expect(refusal(await get(path, mine))).toMatchObject({ status: 403 });
  expect(refusal(await get('/v3/projects/none', all))).toMatchObject({
    status: 404,
    message: 'Could not find project: none.',
  });
  expect(refusal(await get('/v3/users/none', all))).toMatchObject({
    status: 404,
    message: 'Could not find user: none.',
  });
  expect((await get(`/v3/users/${alice.id}`, all)).json()).toMatchObject({
    user: { id: alice.id, name: alice.name },
  });
  expect((await get(`/v3/users/${alice.id}`, mine)).json()).toMatchObject({
    user: { domain_id: 'default', enabled: true },
  });
  expect((await get(`/v3/users?name=${alice.name}`, all)).json()).toMatchObject({
    users: [{ id: alice.id }],
  });
});

test('the one domain and the one region are there for all credentials', async () => {
  const token = await tokenOf(given(), await thePerson(given(), 'reader', 'reader'));
  for (const path of ['/v3/auth/domains', '/v3/domains', '/v3/auth/domains?name=Default']) {
    expect((await get(path, token)).json()).toMatchObject({ domains: [{ id: 'default', name: 'Default' }] });
  }
  expect((await get('/v3/auth/domains?name=other', token)).json()).toMatchObject({ domains: [] });
  expect((await get('/v3/domains/default', token)).json()).toMatchObject({ domain: { id: 'default' } });
  expect((await get('/v3/regions', token)).json()).toMatchObject({ regions: [{ id: 'RegionOne' }] });
  expect((await get('/v3/regions/RegionOne', token)).json()).toMatchObject({ region: { id: 'RegionOne' } });
});

test('the catalog goes with a scope', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const { catalog } = (await get('/v3/auth/catalog', await tokenOf(given(), alice))).json<{
    catalog: { type: string }[];
  }>();
  expect(catalog.map(({ type }) => type)).toEqual(['identity', 'image']);
  const unscoped = String((await logIn(given(), passwordBody(alice))).headers['x-subject-token']);
  expect(refusal(await get('/v3/auth/catalog', unscoped))).toMatchObject({ status: 403 });
});

/** A signed GET as the Node SDK sends its project look-up: with the body `{}`. */
function signedGet(pair: { access: string; secret: string }, path: string, query: string) {
  const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const canonical = `GET\n${path}/\n${query}\nx-sdk-date:${date}\n\nx-sdk-date\n${sha('{}')}`;
  const signature = createHmac('sha256', pair.secret)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha(canonical)}`)
    .digest('hex');
  const authorization = `SDK-HMAC-SHA256 Access=${pair.access}, SignedHeaders=x-sdk-date, Signature=${signature}`;
  return send(given().port, 'GET', `${path}?${query}`, {
    headers: { 'X-Sdk-Date': date, authorization },
    body: {},
  });
}

describe('a signed request', () => {
  test('looks its project up by name with the body {}, and reads catalog, domains and regions', async () => {
    const alice = await thePerson(given(), 'alice', 'member');
    const pair = await given().gateway.identity.accessKeys.create(alice.id, alice.project);
    const found = await signedGet(pair, '/v3/projects', `name=${encodeURIComponent(alice.projectName)}`);
    expect(found.json()).toMatchObject({ projects: [{ id: alice.project }] });
    for (const path of ['/v3/auth/catalog', '/v3/auth/domains', '/v3/regions', '/v3/auth/projects']) {
      expect((await signedGet(pair, path, 'parent_region_id=x')).status).toBe(200);
    }
  });

  test('that is wrong says what is wrong', async () => {
    const alice = await thePerson(given(), 'alice', 'member');
    const pair = await given().gateway.identity.accessKeys.create(alice.id, alice.project);
    const answer = await signedGet({ ...pair, secret: 'wrong' }, '/v3/regions', 'x=1');
    expect(refusal(answer)).toEqual({
      status: 401,
      title: 'Unauthorized',
      message: 'The signature does not match the request.',
    });
    expect(refusal(await signedGet({ ...pair, access: 'AKNONE' }, '/v3/regions', 'x=1')).message).toContain(
      'not known',
    );
  });
});
