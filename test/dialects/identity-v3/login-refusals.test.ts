import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { logIn, passwordBody, refusal, thePerson, unauthorized } from './people';
import { allowed } from '../../support/allowed';

const given = testGateway();
afterAll(closeIdleSockets);

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
      passwordBody(alice, { project: { name: 'none', domain: { id: 'default' } } }),
      { auth: { identity: { methods: ['token'], token: { id: 'nonsense' } } } },
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
    [identity({ methods: ['password'], password: {} }), `Expecting to find user in None.${clientsFault}`],
    [
      identity({ methods: ['password'], password: { user: { password: 'p' } } }),
      'Invalid input for field identity/password/user: id or name must be present.',
    ],
    [
      identity({ methods: ['password'], password: { user: { name: 'u' } } }),
      `Expecting to find domain in user.${clientsFault}`,
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
    expect(performance.now() - begun).toBeLessThan(allowed(1_000));
  });

  test('an oversized one is refused', async () => {
    const answer = await logIn(given(), { auth: 'x'.repeat(120_000) });
    expect(refusal(answer)).toMatchObject({ status: 413, title: 'Request Entity Too Large' });
  });
});
