import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { thePerson, logIn, passwordBody, refusal, tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const needed = 'The request you have made requires authentication.';
const unauthorized = { status: 401, title: 'Unauthorized', message: needed };

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

test('the OpenStack CLI logs in with four variables: no domain anywhere', async () => {
  const alice = await thePerson(given(), 'alice', 'member');
  const answer = await logIn(given(), passwordBody(alice, { project: { name: alice.projectName } }));
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

describe('who cannot prove who they are', () => {
  test('gets one answer whatever is wrong, with the way to the identity service', async () => {
    const [alice, bob] = [
      await thePerson(given(), 'alice', 'member'),
      await thePerson(given(), 'bob', 'member'),
    ];
    const bodies = [
      passwordBody({ ...alice, password: 'wrong' }),
      passwordBody({ ...alice, name: 'nobody' }),
      passwordBody({ ...alice, name: 'no\u0000body' }),
      passwordBody(alice, { project: { id: bob.project } }),
      passwordBody(alice, { project: { name: 'none' } }),
      { auth: { identity: { methods: ['token'], token: { id: 'nonsense' } } } },
      { auth: { identity: { methods: ['totp'], totp: {} } } },
      { auth: { identity: { methods: [] } } },
      {
        auth: {
          identity: { methods: ['application_credential'], application_credential: { id: 'x', secret: 'y' } },
        },
      },
    ];
    for (const body of bodies) {
      const answer = await logIn(given(), body);
      expect([body, refusal(answer)]).toEqual([body, unauthorized]);
      expect(answer.headers['www-authenticate']).toBe(`Keystone uri="${given().url}/v3"`);
      expect(answer.headers['x-subject-token']).toBeUndefined();
    }
  });
});

describe('a body that is not as it must be', () => {
  const clientsFault =
    ' The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.';
  const user = { name: 'u', password: 'p' };
  const withScope = (scope: unknown): unknown => ({
    auth: { identity: { methods: ['password'], password: { user } }, scope },
  });
  const identity = (body: unknown): unknown => ({ auth: { identity: body } });

  test.each<[unknown, string]>([
    [{}, `Expecting to find auth in request body.${clientsFault}`],
    [{ auth: 5 }, "Invalid input for field 'auth': not of type 'object'"],
    [{ auth: {} }, "'identity' is a required property"],
    [identity({}), "'methods' is a required property"],
    [identity({ methods: 'password' }), "Invalid input for field 'identity/methods': not of type 'array'"],
    [identity({ methods: [5] }), "Invalid input for field 'identity/methods': not of type 'string'"],
    [identity({ methods: ['password'] }), `Expecting to find password in identity.${clientsFault}`],
    [identity({ methods: ['nonsense'] }), `Expecting to find nonsense in identity.${clientsFault}`],
    [identity({ methods: ['constructor'] }), `Expecting to find constructor in identity.${clientsFault}`],
    [identity({ methods: ['password'], password: {} }), `Expecting to find user in password.${clientsFault}`],
    [
      identity({ methods: ['password'], password: { user: { password: 'p' } } }),
      'Invalid input for field user: id or name must be present.',
    ],
    [
      identity({ methods: ['password'], password: { user: { name: 'u' } } }),
      `Expecting to find password in user.${clientsFault}`,
    ],
    [
      identity({ methods: ['password'], password: { user: { name: 'u', password: 5 } } }),
      "Invalid input for field 'identity/password/user/password': not of type 'string'",
    ],
    [identity({ methods: ['token'], token: {} }), `Expecting to find id in token.${clientsFault}`],
    [
      withScope({}),
      `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.${clientsFault}`,
    ],
    [
      withScope('nonsense'),
      `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.${clientsFault}`,
    ],
    [
      withScope({ system: { all: true }, domain: { id: 'default' } }),
      `Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope.${clientsFault}`,
    ],
    [withScope({ project: {} }), 'Invalid input for field scope/project: id or name must be present.'],
    [withScope({ project: 'p' }), "Invalid input for field 'scope/project': not of type 'object'"],
    [
      withScope({ project: { name: 'x', domain: 5 } }),
      "Invalid input for field 'scope/project/domain': not of type 'object'",
    ],
    [withScope(null), "Invalid input for field 'scope': not of type 'object'"],
  ])('%j', async (body, message) => {
    expect(refusal(await logIn(given(), body))).toEqual({ status: 400, title: 'Bad Request', message });
  });

  test.each(['{bad', '"x"', '[]', 'null', '\u00ff', '{"__proto__":{}}'])(
    '%j is no JSON object',
    async (body) => {
      const bytes = body === '\u00ff' ? Buffer.from([0xff]) : body;
      const response = await fetch(`${given().url}/v3/auth/tokens`, { method: 'POST', body: bytes });
      expect(response.status).toBe(400);
      const message = `Expecting to find valid JSON in request body.${clientsFault}`;
      expect(await response.json()).toEqual({ error: { code: 400, title: 'Bad Request', message } });
    },
  );

  test('what it holds is not said again, neither a value nor a broken piece', async () => {
    const secret = 'my-secret-password';
    const answer = await fetch(`${given().url}/v3/auth/tokens`, {
      method: 'POST',
      body: `{"password": "${secret}" bad`,
    });
    expect(await answer.text()).not.toContain('my-secret');
  });

  test('one that is all methods is refused without much work', async () => {
    const begun = performance.now();
    const answer = await logIn(given(), identity({ methods: Array(50_000).fill(0) }));
    expect(refusal(answer)).toMatchObject({ status: 400 });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('an oversized one is refused', async () => {
    const answer = await logIn(given(), { auth: 'x'.repeat(120_000) });
    expect(refusal(answer)).toMatchObject({ status: 413, title: 'Request Entity Too Large' });
  });
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
    const none = await send(given().port, 'GET', '/v3/auth/tokens', { token });
    expect(refusal(none)).toMatchObject({ status: 404 });
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
