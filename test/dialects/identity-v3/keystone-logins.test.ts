import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { logIn, tokenOf } from './people';

interface Recorded {
  readonly name: string;
  readonly body: unknown;
  readonly status: number;
  /** Of a refusal; of what the schema refuses, only the first line. */
  readonly error?: { readonly code: number; readonly title: string; readonly message: string };
  readonly schema?: boolean;
  /** Members of the token's body. */
  readonly token?: readonly string[];
}

/** Recorded by `scripts/lab/keystone-logins.py` from a real Keystone. */
const { logins } = JSON.parse(readFileSync(join(__dirname, 'keystone-logins.json'), 'utf8')) as {
  logins: readonly Recorded[];
};

/** Where the embedded identity answers otherwise on purpose: docs/divergences.md. */
const divergences: Readonly<Record<string, { id: string; status: number }>> = {
  'token nonsense': { id: 'K2', status: 401 },
  'credential unknown id': { id: 'K2', status: 401 },
  'unknown method': { id: 'K3', status: 401 },
};

const given = testGateway();
afterAll(closeIdleSockets);

const values = new Map<string, string>();
const password = 'labpass';

beforeAll(async () => {
  const { directory } = given().gateway.identity;
  const [alpha, beta] = [
    await directory.createProject({ name: 'alpha' }),
    await directory.createProject({ name: 'beta' }),
  ];
  const people = await Promise.all(
    ['alice', 'bob', 'admin', 'dora'].map((name) => directory.createUser({ name, password })),
  );
  const [alice = '', bob = '', admin = '', dora = ''] = people.map(({ id }) => id);
  await directory.setRoles(alpha.id, alice, ['member']);
  await directory.setRoles(beta.id, bob, ['member']);
  await directory.setRoles(beta.id, admin, ['admin']);
  await directory.setUserEnabled(dora, false);
  const token = await tokenOf(given(), personOf(alice, 'alice', alpha));
  const made = await send(given().port, 'POST', `/v3/users/${alice}/application_credentials`, {
    token,
    body: { application_credential: { name: 'ci' } },
  });
  const { application_credential: credential } = made.json<{
    application_credential: { id: string; secret: string };
  }>();
  const bobs = await tokenOf(given(), personOf(bob, 'bob', beta));
  const known = { PASSWORD: password, ALICE: alice, ALPHA: alpha.id, BETA: beta.id, TOKEN: token };
  const others = { BOBTOKEN: bobs, CRED: credential.id, SECRET: credential.secret };
  for (const [name, value] of Object.entries({ ...known, ...others })) values.set(`$${name}`, value);
});

function personOf(id: string, name: string, project: { id: string; name: string }) {
  return { id, name, password, project: project.id, projectName: project.name };
}

function filled(part: unknown): unknown {
  if (typeof part === 'string') return values.get(part) ?? part;
  if (Array.isArray(part)) return part.map(filled);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filled(value)]));
}

test('there are as many as were asked for, and every divergence is one of them', () => {
  expect(logins.length).toBeGreaterThan(60);
  const names = logins.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(divergences)));
});

test.each(logins.map((login) => [login.name, login] as const))('%s', async (name, recorded) => {
  const answer = await logIn(given(), filled(recorded.body));
  const divergence = divergences[name];
  expect(answer.status).toBe(divergence?.status ?? recorded.status);
  const body = answer.json<{ error?: Recorded['error']; token?: object }>();
  if (recorded.token) expect(Object.keys(body.token ?? {}).sort()).toEqual(recorded.token);
  if (!recorded.error || divergence) return;
  // K1: what the schema refuses is told without what was sent, which may be a password.
  if (recorded.schema) expect(body.error).toMatchObject({ code: 400, title: recorded.error.title });
  else expect(body.error).toEqual(recorded.error);
});

test('K1: what the schema refuses is told without the values that were sent', async () => {
  const user = { name: 5, domain: { id: 'default' }, password: 'not-to-be-said' };
  const answer = await logIn(given(), { auth: { identity: { methods: ['password'], password: { user } } } });
  expect(answer.json()).toEqual({
    error: {
      code: 400,
      title: 'Bad Request',
      message: "Invalid input for field 'identity/password/user/name': not of type 'string'",
    },
  });
});
