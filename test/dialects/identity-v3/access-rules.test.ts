import { testGateway } from '../../support/gateway';
import { type Answer, closeIdleSockets, send } from '../../support/wire';
import { callsOf, callsWith, type Thing } from './administration';
import { logIn, refusal, tokenOf, unauthorized } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

interface Rule {
  readonly service?: string;
  readonly method?: string;
  readonly path?: string;
  readonly id?: string;
}

interface Credential {
  readonly id: string;
  readonly secret: string;
  readonly access_rules?: readonly Required<Rule>[];
}

let made = 0;
const listing: Rule = { service: 'image', method: 'GET', path: '/v2/images' };

/** A member of a project with all that is needed to make credentials; `withRules` logs in with one. */
async function aMember(name: string) {
  const calls = await callsOf(given(), name, 'member');
  const path = `users/${calls.person.id}`;
  const create = (rules: unknown, more: object = {}): Promise<Answer> =>
    calls.post(`${path}/application_credentials`, {
      application_credential: { name: `c${String(made++)}`, access_rules: rules, ...more },
    });
  const credential = async (rules: unknown, more: object = {}): Promise<Credential> => {
    const answer = await create(rules, more);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.json<{ application_credential: Credential }>().application_credential;
  };
  const enter = async ({ id, secret }: Credential) => {
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    const answer = await logIn(given(), { auth: { identity } });
    const token = String(answer.headers['x-subject-token']);
    const ask = (method: string, target: string, body?: object): Promise<Answer> =>
      send(given().port, method, target, { token, ...(body ? { body } : {}) });
    return { answer, token, ask };
  };
  const withRules = async (rules: readonly Rule[], more: object = {}) => enter(await credential(rules, more));
  const own = async (): Promise<readonly Thing[]> =>
    (await calls.get(`${path}/access_rules`)).json<{ access_rules: Thing[] }>().access_rules;
  return { ...calls, path, create, credential, enter, withRules, own };
}

test('rules are listed in the order in which a credential has named them', async () => {
  const { credential, own } = await aMember('ordered');
  const { access_rules: rules = [] } = await credential(
    Array.from({ length: 8 }, (_, at) => ({ ...listing, path: `/v2/images/${String(at)}` })),
  );
  expect((await own()).map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
});

test('rules are shown with the credential and in its token, and are the same ones the next time', async () => {
  const { credential, enter, get, own, path } = await aMember('shown');
  const other = { service: 'image', method: 'PUT', path: '/v2/images/{image_id}/tags/*' };
  const first = await credential([listing, other]);
  expect(first.access_rules).toMatchObject([listing, other]);
  const ids = first.access_rules?.map(({ id }) => id);
  const shown = await get(`${path}/application_credentials/${first.id}`);
  expect(shown.json()).toMatchObject({ application_credential: { access_rules: first.access_rules } });
  const { answer } = await enter(first);
  expect(answer.json()).toMatchObject({
    token: { application_credential: { id: first.id, access_rules: first.access_rules } },
  });

  const second = await credential([{ id: ids?.[1] }, listing, listing]);
  expect(second.access_rules?.map(({ id }) => id)).toEqual([ids?.[1], ids?.[0]]);
  expect((await own()).map(({ id }) => id).sort()).toEqual([...(ids ?? [])].sort());
  expect((await credential([])).access_rules).toBeUndefined();
});

test('a rule is listed by its parts and shown, stays while it is in use, and goes afterwards', async () => {
  const { credential, get, remove, path, own } = await aMember('listed');
  const { id: used, access_rules: rules } = await credential([
    listing,
    { service: 'tagway', method: 'GET', path: '/tags/v1/**' },
  ]);
  const [rule, other] = rules ?? [];
  const one = `${path}/access_rules/${rule?.id ?? ''}`;
  expect((await get(`${path}/access_rules?service=tagway`)).json()).toMatchObject({
    access_rules: [{ id: other?.id }],
  });
  expect((await get(`${path}/access_rules?method=PUT`)).json()).toMatchObject({ access_rules: [] });
  expect((await get(one)).json()).toMatchObject({
    access_rule: { ...rule, links: { self: `${given().url}/v3/access_rules/${rule?.id ?? ''}` } },
  });
  expect(refusal(await remove(one))).toEqual({
    status: 403,
    title: 'Forbidden',
    message: 'May not delete access rule in use',
  });
  expect((await remove(`${path}/application_credentials/${used}`)).status).toBe(204);
  expect(await own()).toHaveLength(2);
  expect((await remove(one)).status).toBe(204);
  for (const answer of [await get(one), await remove(one)]) {
    expect(refusal(answer)).toMatchObject({
      status: 404,
      message: `Could not find Access Rule: ${rule?.id ?? ''}.`,
    });
  }
});

test("another's rules are seen by admins of the system alone, and used by nobody else", async () => {
  const owner = await aMember('owner');
  const { access_rules: rules } = await owner.credential([listing]);
  const stranger = await aMember('stranger');
  const one = `${owner.path}/access_rules/${rules?.[0]?.id ?? ''}`;
  for (const answer of [
    await stranger.get(`${owner.path}/access_rules`),
    await stranger.get(one),
    await stranger.remove(one),
  ]) {
    expect(refusal(answer)).toMatchObject({ status: 403 });
  }
  expect(refusal(await stranger.create([{ id: rules?.[0]?.id }]))).toMatchObject({ status: 400 });
  const admin = await callsOf(given(), 'root', 'admin');
  expect((await admin.get(one)).status).toBe(403);
  const ofSystem = await tokenOf(given(), admin.person, { system: { all: true } });
  expect((await callsWith(given(), admin.person, ofSystem).get(one)).status).toBe(200);
});

test.each<readonly [unknown, string]>([
  ['all', "Invalid input for field 'access_rules': not of type 'array'"],
  [null, "Invalid input for field 'access_rules': not of type 'array'"],
  [['all'], "Invalid input for field 'access_rules/0': not of type 'object'"],
  [
    [listing, { ...listing, method: 'get' }],
    "Invalid input for field 'access_rules/1/method': does not match its form",
  ],
  [[{ ...listing, path: 'v2' }], "Invalid input for field 'access_rules/0/path': does not match its form"],
  [
    [{ ...listing, path: `/${'x'.repeat(225)}` }],
    "Invalid input for field 'access_rules/0/path': does not match its form",
  ],
  [[{ ...listing, path: '/\0' }], "Invalid input for field 'access_rules/0/path': does not match its form"],
  [[{ ...listing, service: 5 }], "Invalid input for field 'access_rules/0/service': not of type 'string'"],
  [
    [{ ...listing, more: 1 }],
    "Invalid input for field 'access_rules/0': additional properties are not allowed",
  ],
  [Array(101).fill(listing), 'At most 100 access rules are taken'],
  [
    [{ service: 'image', method: 'GET' }],
    expect.stringContaining('Invalid application credential') as string,
  ],
  [[{ id: 'unknown' }], expect.stringContaining('Invalid application credential') as string],
])('rules %j make no credential', async (rules, message) => {
  const { create, own } = await aMember('refused');
  expect(refusal(await create(rules))).toEqual({ status: 400, title: 'Bad Request', message });
  expect(await own()).toEqual([]);
});

describe('a credential with rules', () => {
  test('may ask Glance for what they name, by the path as it is routed', async () => {
    const { withRules, person } = await aMember('glance');
    const { ask } = await withRules([
      listing,
      { service: 'image', method: 'PUT', path: '/v2/images/*/tags/a=b' },
    ]);
    const token = await tokenOf(given(), person);
    const created = await send(given().port, 'POST', '/v2/images', { token, body: {} });
    const image = created.json<{ id: string }>();
    const tags = `/v2/images/${image.id}/tags`;
    const statuses = async (method: string, ...targets: string[]): Promise<number[]> =>
      (await Promise.all(targets.map((target) => ask(method, target)))).map(({ status }) => status);
    expect(await statuses('GET', '/v2/images', '/v2/images?limit=1', '//v2/images', '/v2/%69mages')).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await statuses('PUT', `${tags}/a=b`, `${tags}/a%3Db`)).toEqual([204, 204]);
    expect(await statuses('PUT', `${tags}/a`, `${tags}/a=b/c`, `${tags}%2Fa=c`)).toEqual([401, 401, 401]);
    expect(await statuses('HEAD', '/v2/images')).toEqual([401]);
    expect(await statuses('DELETE', `${tags}/a=b`)).toEqual([401]);
    expect(await statuses('GET', `/v2/images/${image.id}`, '/v2/schemas/image', '/v2/images/')).toEqual([
      401, 401, 401,
    ]);
    expect((await ask('POST', '/v2/images', { name: 'more' })).status).toBe(401);
  });

  test.each([
    ['image', '/v2/cloudimages', '/v2/images'],
    ['image', '/v1/cloudimages/tags', '/v1/{project_id}/cloudimages/quota'],
    ['tagway', '/tags/v1/projects/{project_id}/images', '/tags/v1/projects/{project_id}/settings'],
    ['identity', '/v3/auth/projects', '/v3/regions'],
  ])('of %s may ask for %s and not for %s', async (service, granted, refused) => {
    const { withRules, person } = await aMember('dialects');
    const { ask } = await withRules([{ service, method: 'GET', path: granted }]);
    const at = (path: string): string => path.replace('{project_id}', person.project);
    expect((await ask('GET', at(granted))).status).toBe(200);
    expect((await ask('GET', at(refused))).status).toBe(401);
    const elsewhere = await withRules([{ service: 'compute', method: 'GET', path: '/**' }]);
    expect((await elsewhere.ask('GET', at(granted))).status).toBe(401);
  });

  test('is refused in the words of an unknown token, and its token is shown to who knows of rules', async () => {
    const { withRules, person } = await aMember('token');
    const { ask, token } = await withRules([listing]);
    expect(refusal(await ask('GET', '/v3/regions'))).toEqual(unauthorized);
    const inspect = (more: object): Promise<Answer> =>
      send(given().port, 'GET', '/v3/auth/tokens', { token, headers: { 'X-Subject-Token': token, ...more } });
    for (const header of [
      {},
      { 'OpenStack-Identity-Access-Rules': '0.9' },
      { 'OpenStack-Identity-Access-Rules': 'x' },
    ]) {
      expect(refusal(await inspect(header))).toMatchObject({ status: 404 });
    }
    const seen = await inspect({ 'OpenStack-Identity-Access-Rules': '1.0' });
    expect(seen.json()).toMatchObject({
      token: { project: { id: person.project }, application_credential: { access_rules: [listing] } },
    });
  });

  test('makes no credentials, though it is unrestricted and a rule names them', async () => {
    const { withRules, person, path } = await aMember('maker');
    const everything = ['GET', 'POST', 'DELETE'].map((method) => ({
      service: 'identity',
      method,
      path: '/**',
    }));
    const { token } = await withRules(everything, { unrestricted: true });
    const { post, get } = callsWith(given(), person, token);
    expect((await get(`${path}/application_credentials`)).status).toBe(200);
    const answer = await post(`${path}/application_credentials`, {
      application_credential: { name: 'free' },
    });
    expect(refusal(answer)).toMatchObject({ status: 403 });
  });
});
