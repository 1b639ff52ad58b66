import { FakeKeystone } from '../../support/fake-keystone';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { type Answer, send } from '../../support/wire';
import { allowed } from '../../support/allowed';

let keystone: FakeKeystone;
let gateway: TestGateway;

beforeAll(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  gateway = await startTestGateway({
    env: {
      TAGWAY_IDENTITY: 'keystone',
      TAGWAY_KEYSTONE_URL: keystone.url,
      TAGWAY_KEYSTONE_USER: keystone.serviceUser.name,
      TAGWAY_KEYSTONE_PASSWORD: keystone.serviceUser.password,
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await keystone.stop();
});
afterEach(() => {
  keystone.mood = 'well';
});

const alpha = 'a1fa0000000000000000000000000001';
const beta = 'be7a0000000000000000000000000002';
const huaweiPath = `/v2/${alpha}/images/tags`;

function ask(
  method: string,
  path: string,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(gateway.port, method, path, { ...(token !== undefined && { token }), headers });
}

test('a Keystone token reaches what its project owns, in both kinds of dialect', async () => {
  const token = keystone.aToken({ project: alpha });
  const made = await send(gateway.port, 'POST', '/v2/images', { token, body: { name: 'n', tags: ['k=v'] } });
  expect([made.status, made.json<{ owner: string }>().owner]).toEqual([201, alpha]);
  expect((await ask('GET', huaweiPath, token)).json()).toEqual({ tags: [{ key: 'k', values: ['v'] }] });
  const other = keystone.aToken({ project: beta });
  expect((await ask('GET', huaweiPath, other)).status).toBe(403);
});

test('a token of an application credential with access rules reaches what they name', async () => {
  const rule = { id: 'r', service: 'image', method: 'GET', path: '/v2/*/images/**' };
  const ruled = (...rules: unknown[]): string =>
    keystone.aToken({
      scope: { project: { id: alpha }, application_credential: { id: 'c', access_rules: rules } },
    });
  const token = ruled(rule);
  expect((await ask('GET', huaweiPath, token)).status).toBe(200);
  expect((await ask('GET', '/v2/images', token)).status).toBe(401);
  expect((await ask('DELETE', huaweiPath, token)).status).toBe(401);
  for (const none of [ruled(), ruled({ ...rule, path: 5 }), ruled({ ...rule, service: 'compute' })]) {
    expect((await ask('GET', huaweiPath, none)).status).toBe(401);
  }
});

test('a 401 names Keystone by its root, without /v3', async () => {
  for (const token of [undefined, 'nonsense', keystone.aToken({ expiresAt: Date.now() - 1000 })]) {
    const { status, headers } = await ask('GET', '/v2/images', token);
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      `Keystone uri="${keystone.url.replace('/v3', '')}"`,
    ]);
  }
});

test('what clients say of themselves in headers never counts', async () => {
  const forged = {
    'X-Identity-Status': 'Confirmed',
    'X-Service-Identity-Status': 'Confirmed',
    'X-User-Id': 'root',
    'X-Project-Id': beta,
    'X-Tenant-Id': beta,
    'X-Domain-Id': 'default',
    'X-Roles': 'admin',
    'X-Role': 'admin',
    'X-Service-Roles': 'service',
    'X-Is-Admin-Project': 'True',
    'OpenStack-System-Scope': 'all',
  };
  expect((await ask('GET', '/v2/images', undefined, forged)).status).toBe(401);
  expect((await ask('GET', '/v2/images', 'nonsense', forged)).status).toBe(401);
  const reader = keystone.aToken({ project: alpha, roles: ['reader'] });
  const refused = await send(gateway.port, 'POST', '/v2/images', {
    token: reader,
    headers: forged,
    body: {},
  });
  expect(refused.status).toBe(403);
  const member = keystone.aToken({ project: alpha });
  const made = await send(gateway.port, 'POST', '/v2/images', { token: member, headers: forged, body: {} });
  expect(made.json<{ owner: string }>().owner).toBe(alpha);
  const expired = keystone.aToken({ expiresAt: Date.now() - 1000 });
  expect((await ask('GET', '/v2/images', expired, forged)).status).toBe(401);
});

test('while Keystone is away every dialect answers 503 with Retry-After within 3 s', async () => {
  const known = keystone.aToken({ project: alpha });
  expect((await ask('GET', '/v2/images', known)).status).toBe(200);
  keystone.mood = { status: 500 };
  for (const path of ['/v2/images', huaweiPath]) {
    const begun = performance.now();
    const { status, headers } = await ask('GET', path, keystone.aToken());
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(performance.now() - begun).toBeLessThan(allowed(3000));
    expect((await ask('GET', path, known)).status).toBe(200);
  }
});

test('/v3 is not served here: it answers as Glance answers any unknown path', async () => {
  for (const path of ['/v3', '/v3/auth/tokens', '/v3/projects']) {
    expect((await ask('GET', path)).status).toBe(300);
  }
});

test.each([
  ['unscoped', { project: null, roles: [] }],
  ['domain', { scope: { domain: { id: 'default' } }, roles: ['admin'] }],
  ['system', { scope: { system: { all: true } }, roles: ['admin'] }],
])('a token with %s scope lists nothing', async (_, token) => {
  expect((await ask('GET', '/v2/images', keystone.aToken(token))).status).toBe(403);
});
