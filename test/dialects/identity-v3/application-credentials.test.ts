import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { logIn, passwordBody, refusal, thePerson, tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const get = (path: string, token: string) => send(given().port, 'GET', path, { token });

describe('application credentials', () => {
  const path = (user: string, rest = ''): string => `/v3/users/${user}/application_credentials${rest}`;

  test('are made, listed, used, shown without their secret, and deleted', async () => {
    const alice = await thePerson(given(), 'alice', 'member');
    const token = await tokenOf(given(), alice);
    const body = {
      application_credential: { name: 'ci', description: 'for CI', expires_at: '2100-01-01T00:00:00' },
    };
    const made = await send(given().port, 'POST', path(alice.id), { token, body });
    expect(made.status).toBe(201);
    const { application_credential: credential } = made.json<{
      application_credential: Record<string, string>;
    }>();
    expect(credential).toMatchObject({
      name: 'ci',
      description: 'for CI',
      user_id: alice.id,
      project_id: alice.project,
      system: null,
      unrestricted: false,
      expires_at: '2100-01-01T00:00:00.000000',
      roles: [{ name: 'member' }, { name: 'reader' }],
    });
    const { secret, ...shown } = credential;
    expect((await get(path(alice.id, '?name=ci'), token)).json()).toMatchObject({
      application_credentials: [shown],
    });
    expect((await get(path(alice.id, '?name=cd'), token)).json()).toMatchObject({
      application_credentials: [],
    });
    const one = path(alice.id, `/${String(shown['id'])}`);
    expect((await get(one, token)).json()).toEqual({ application_credential: shown });

    const identity = {
      methods: ['application_credential'],
      application_credential: { id: shown['id'], secret },
    };
    const login = await logIn(given(), { auth: { identity } });
    expect(login.json()).toMatchObject({
      token: {
        methods: ['application_credential'],
        project: { id: alice.project },
        application_credential: { id: shown['id'], name: 'ci', restricted: true },
      },
    });
    const byName = { name: 'ci', user: { name: alice.name, domain: { id: 'default' } }, secret };
    expect(
      (await logIn(given(), { auth: { identity: { ...identity, application_credential: byName } } })).status,
    ).toBe(201);
    const scoped = await logIn(given(), { auth: { identity, scope: { project: { id: alice.project } } } });
    expect(refusal(scoped)).toMatchObject({
      status: 401,
      message: expect.stringContaining('cannot request a scope') as string,
    });

    const delegated = String(login.headers['x-subject-token']);
    expect(
      refusal(await send(given().port, 'POST', path(alice.id), { token: delegated, body })),
    ).toMatchObject({
      status: 403,
      // Both full stops are Keystone's.
      message: expect.stringMatching(/managing additional application credentials\.\.$/) as string,
    });
    const again = { auth: { identity: { methods: ['token'], token: { id: delegated } } } };
    expect(refusal(await logIn(given(), again))).toMatchObject({
      status: 403,
      message: expect.stringMatching(/Using a delegated token to create another token is not allowed\.\.$/),
    });

    expect(await send(given().port, 'DELETE', one, { token })).toMatchObject({ status: 204, text: '' });
    expect(refusal(await send(given().port, 'DELETE', one, { token }))).toMatchObject({
      status: 404,
      message: `Could not find Application Credential: ${String(shown['id'])}.`,
    });
    expect(refusal(await get('/v3/auth/projects', delegated))).toMatchObject({ status: 401 });
    expect(refusal(await logIn(given(), { auth: { identity } }))).toMatchObject({ status: 401 });
  });

  test('take some of the roles, by id as the CLI finds them in the token, or by name', async () => {
    const alice = await thePerson(given(), 'alice', 'member');
    const login = await logIn(given(), passwordBody(alice, { project: { id: alice.project } }));
    const token = String(login.headers['x-subject-token']);
    const { roles } = login.json<{ token: { roles: { id: string; name: string }[] } }>().token;
    const id = roles.find(({ name }) => name === 'reader')?.id;
    for (const [name, role] of [
      ['by id', { id }],
      ['by name', { name: 'reader' }],
    ] as const) {
      const made = await send(given().port, 'POST', path(alice.id), {
        token,
        body: { application_credential: { name, roles: [role], secret: 'chosen' } },
      });
      expect(made.json()).toMatchObject({
        application_credential: { roles: [{ id, name: 'reader' }], secret: 'chosen' },
      });
    }
  });

  test('that cannot be are refused', async () => {
    const [alice, bob] = [
      await thePerson(given(), 'alice', 'member'),
      await thePerson(given(), 'bob', 'member'),
    ];
    const token = await tokenOf(given(), alice);
    const make = (credential: unknown, user = alice.id) =>
      send(given().port, 'POST', path(user), { token, body: { application_credential: credential } });
    const status = async (credential: unknown): Promise<number> => refusal(await make(credential)).status;
    await make({ name: 'taken' });
    expect(refusal(await make({ name: 'taken' }))).toMatchObject({
      status: 409,
      message:
        'Conflict occurred attempting to store application_credential - Duplicate entry found with name taken.',
    });
    expect(refusal(await make(undefined))).toMatchObject({
      status: 400,
      message: "'name' is a required property",
    });
    expect(await status({ name: 5 })).toBe(400);
    expect(await status({ name: '' })).toBe(400);
    expect(await status({ name: 'x', roles: [{ name: 'admin' }] })).toBe(400);
    for (const more of [{ colour: 'red' }, { project_id: null }, { id: 5 }, { system: 5 }]) {
      expect(await status({ name: 'x', ...more })).toBe(400);
    }
    expect(await status({ name: 'x', roles: [{ id: 'x', name: 'member' }] })).toBe(400);
    expect(await status({ name: 'x', roles: [{ name: 'member', domain_id: null }] })).toBe(400);
    for (const roles of ['reader', [null], ['reader'], [{}], [{ id: 5 }], Array(101).fill({ id: 'x' })]) {
      expect(await status({ name: 'x', roles })).toBe(400);
    }
    expect(await status({ name: 'x', description: 'a\u0000b' })).toBe(400);
    expect(await status({ name: 'x', unrestricted: 'yes' })).toBe(400);
    for (const expires of ['yesterday', '2020-01-01T00:00:00', '2100-02-31T00:00:00']) {
      expect(await status({ name: 'x', expires_at: expires })).toBe(400);
    }
    expect(refusal(await make({ name: 'x' }, bob.id))).toMatchObject({ status: 403 });
    expect(refusal(await get(path(bob.id), token))).toMatchObject({ status: 403 });
  });
});
