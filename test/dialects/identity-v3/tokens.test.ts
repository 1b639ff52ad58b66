import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { logIn, passwordBody, refusal, thePerson, tokenOf, unauthorized } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

interface TokenBody {
  token: {
    methods: string[];
    audit_ids: string[];
    expires_at: string;
    issued_at: string;
    roles: { id: string; name: string }[];
    catalog: {
      type: string;
      endpoints: { interface: string; url: string; region: string; region_id: string }[];
    }[];
    [member: string]: unknown;
  };
}

test('a login by names tells who it is and where', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const answer = await logIn(
    given(),
    passwordBody(alice, { project: { name: alice.projectName, domain: { name: 'Default' } } }),
  );
  expect(answer.status).toBe(201);
  const { token } = answer.json<TokenBody>();
  expect(token).toMatchObject({
    methods: ['password'],
    user: {
      domain: { id: 'default', name: 'Default' },
      id: alice.id,
      name: alice.name,
      password_expires_at: null,
    },
    project: { domain: { id: 'default', name: 'Default' }, id: alice.project, name: alice.projectName },
    is_domain: false,
  });
  expect(token.roles.map(({ name }) => name)).toEqual(['member', 'reader']);
  expect(token.roles[0]?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(token.audit_ids[0]).toMatch(/^[\w-]{22}$/);
  for (const time of [token.issued_at, token.expires_at])
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/);
  expect(Date.parse(token.expires_at) - Date.parse(token.issued_at)).toBe(86_400_000);
});

test('every answer has the headers of Keystone and may not be kept or sniffed', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  for (const answer of [await logIn(given(), passwordBody(alice)), await logIn(given(), {})]) {
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      vary: 'X-Auth-Token',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
  }
});

test('the catalog names the root for images and /v3 for identity, as the client reached us', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const host = 'images.example.test:8080';
  const { token } = (
    await send(given().port, 'POST', '/v3/auth/tokens', {
      headers: { host },
      body: passwordBody(alice, { project: { id: alice.project } }),
    })
  ).json<TokenBody>();
  const urls = Object.fromEntries(token.catalog.map(({ type, endpoints }) => [type, endpoints]));
  expect(Object.keys(urls).sort()).toEqual(['identity', 'image']);
  expect(urls['image']?.map((one) => one.interface)).toEqual(['public', 'internal', 'admin']);
  for (const one of urls['image'] ?? []) {
    expect(one).toMatchObject({ url: `http://${host}`, region: 'RegionOne', region_id: 'RegionOne' });
  }
  expect(urls['identity']?.[0]?.url).toBe(`http://${host}/v3`);
});

test('?nocatalog leaves the catalog out', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const answer = await logIn(given(), passwordBody(alice, { project: { id: alice.project } }), '?nocatalog');
  expect(answer.json<TokenBody>().token).not.toHaveProperty('catalog');
});

test.each([
  ['the usual openrc', (name: string) => ({ name, domain: { name: 'Default' } })],
  ['gophercloud', (name: string) => ({ name, domain: { id: 'default' } })],
])('%s names the domain in user and project', async (_who, named) => {
  const alice = await thePerson(given(), 'alice', 'member');
  const user = { ...named(alice.name), password: alice.password };
  const identity = { methods: ['password'], password: { user } };
  const answer = await logIn(given(), { auth: { identity, scope: { project: named(alice.projectName) } } });
  expect(answer.status).toBe(201);
});

test('members that nobody knows are ignored', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const { auth } = passwordBody(alice, { project: { id: alice.project, x: 1 } }) as { auth: object };
  expect((await logIn(given(), { auth: { ...auth, tenantName: 'demo' }, other: [] })).status).toBe(201);
});

test.each([undefined, 'unscoped', { unscoped: {} }])(
  'scope %p gives an unscoped token, which becomes one of a project',
  async (scope) => {
    const alice = await thePerson(given(), 'alice', 'member');
    const first = await logIn(given(), passwordBody(alice, scope));
    expect(first.status).toBe(201);
    for (const member of ['project', 'roles', 'catalog', 'is_domain']) {
      expect(first.json<TokenBody>().token).not.toHaveProperty(member);
    }
    const id = String(first.headers['x-subject-token']);
    const identity = { methods: ['token'], token: { id } };
    const second = await logIn(given(), { auth: { identity, scope: { project: { id: alice.project } } } });
    expect(second.status).toBe(201);
    const { token } = second.json<TokenBody>();
    expect(token.methods).toEqual(['password', 'token']);
    expect(token.audit_ids[1]).toBe(first.json<TokenBody>().token.audit_ids[0]);
  },
);

test('domain and system scope are for admins', async () => {
  const [admin, alice] = [
    await thePerson(given(), 'admin', 'admin'),
    await thePerson(given(), 'alice', 'member'),
  ];
  const domain = { domain: { id: 'default' } };
  const system = { system: { all: true } };
  expect((await logIn(given(), passwordBody(admin, domain))).json<TokenBody>().token).toMatchObject({
    domain: { id: 'default', name: 'Default' },
  });
  expect((await logIn(given(), passwordBody(admin, system))).json<TokenBody>().token).toMatchObject({
    system: { all: true },
  });
  for (const scope of [domain, system]) {
    expect(refusal(await logIn(given(), passwordBody(alice, scope)))).toEqual(unauthorized);
  }
});

describe('a token that is looked at', () => {
  test('by its owner and by an admin is shown as it was given', async () => {
    const [alice, admin] = [
      await thePerson(given(), 'alice', 'member'),
      await thePerson(given(), 'admin', 'admin'),
    ];
    const given_ = await logIn(given(), passwordBody(alice, { project: { id: alice.project } }));
    const subject = String(given_.headers['x-subject-token']);
    for (const token of [subject, await tokenOf(given(), admin)]) {
      const headers = { 'X-Subject-Token': subject };
      const answer = await send(given().port, 'GET', '/v3/auth/tokens', { token, headers });
      expect(answer.status).toBe(200);
      expect(answer.headers['x-subject-token']).toBe(subject);
      expect(answer.json()).toEqual(given_.json());
      const head = await send(given().port, 'HEAD', '/v3/auth/tokens/', { token, headers });
      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers['content-length']).toBe(answer.headers['content-length']);
    }
  });

  test('by others, or when it does not hold, is not shown', async () => {
    const [alice, bob] = [
      await thePerson(given(), 'alice', 'member'),
      await thePerson(given(), 'bob', 'member'),
    ];
    const [subject, token] = [await tokenOf(given(), alice), await tokenOf(given(), bob)];
    const look = (text: string) =>
      send(given().port, 'GET', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': text } });
    expect(refusal(await look(subject))).toEqual({
      status: 403,
      title: 'Forbidden',
      message: 'You are not authorized to perform the requested action: identity:validate_token.',
    });
    expect(refusal(await look('nonsense'))).toMatchObject({
      status: 404,
      message: 'Failed to validate token',
    });
  });

  test('must be named: the policy decides first, as in Keystone', async () => {
    const refusals = async (name: string, role: string): Promise<object[]> => {
      const token = await tokenOf(given(), await thePerson(given(), name, role));
      const look = await send(given().port, 'GET', '/v3/auth/tokens', { token });
      return [refusal(look), refusal(await send(given().port, 'DELETE', '/v3/auth/tokens', { token }))];
    };
    const forbidden = (action: string) => ({
      status: 403,
      message: expect.stringContaining(action) as string,
    });
    expect(await refusals('bob', 'member')).toMatchObject([
      forbidden('identity:validate_token'),
      forbidden('identity:revoke_token'),
    ]);
    const missing = { status: 404, title: 'Not Found', message: 'No token in the request' };
    expect(await refusals('admin', 'admin')).toEqual([missing, missing]);
  });

  test('needs a token to look with', async () => {
    const subject = await tokenOf(given(), await thePerson(given(), 'alice', 'member'));
    for (const token of [undefined, '', 'nonsense']) {
      const headers = { 'X-Subject-Token': subject };
      const answer = await send(
        given().port,
        'GET',
        '/v3/auth/tokens',
        token === undefined ? { headers } : { headers, token },
      );
      expect(refusal(answer)).toEqual(unauthorized);
    }
  });
});

test('a revoked token is refused at once, and cannot be revoked by others', async () => {
  const [alice, bob] = [
    await thePerson(given(), 'alice', 'member'),
    await thePerson(given(), 'bob', 'member'),
  ];
  const [subject, other] = [await tokenOf(given(), alice), await tokenOf(given(), bob)];
  const revoke = (token: string) =>
    send(given().port, 'DELETE', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': subject } });
  expect(refusal(await revoke(other))).toMatchObject({ status: 403 });
  expect(await revoke(subject)).toMatchObject({ status: 204, text: '' });
  expect(refusal(await revoke(subject))).toEqual(unauthorized);
  expect((await send(given().port, 'GET', '/v3/auth/projects', { token: other })).status).toBe(200);
});

test('with a token those are revoked that were made with it, and no others', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const scope = { project: { id: alice.project } };
  const exchange = async (id: string): Promise<string> => {
    const identity = { methods: ['token'], token: { id } };
    return String((await logIn(given(), { auth: { identity, scope } })).headers['x-subject-token']);
  };
  const [first, apart] = [await tokenOf(given(), alice), await tokenOf(given(), alice)];
  const second = await exchange(first);
  const [third, fromApart] = [await exchange(second), await exchange(apart)];
  const revoke = (token: string) =>
    send(given().port, 'DELETE', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': token } });
  const statuses = async () => {
    const all = [first, second, third, apart, fromApart];
    const asked = all.map((token) => send(given().port, 'GET', '/v3/auth/projects', { token }));
    return (await Promise.all(asked)).map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  expect((await revoke(second)).status).toBe(204);
  expect(await statuses()).toEqual([200, 401, 200, 200, 200]);
  expect((await revoke(first)).status).toBe(204);
  expect(await statuses()).toEqual([401, 401, 401, 200, 200]);
});
