import { createHash } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { type Answer, closeIdleSockets } from '../../support/wire';
import { type Calls, callsOf, callsWith, type Thing } from './administration';
import { logIn, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

const idsIn = (answer: Answer): string[] =>
  answer.json<{ credentials: Thing[] }>().credentials.map(({ id }) => id);
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const blobOf = (access: string, more: object = {}): string =>
  JSON.stringify({ access, secret: 's', ...more });

async function kept({ make, person }: Calls, more: object = {}): Promise<Thing> {
  return make('credentials', { type: 'cert', blob: 'a secret', user_id: person.id, ...more });
}

/** The calls of somebody, with a token of an unrestricted application credential. */
async function delegatedTo({ post, person }: Calls): Promise<Calls> {
  const path = `users/${person.id}/application_credentials`;
  const made = await post(path, { application_credential: { name: 'robot', unrestricted: true } });
  const { id, secret } = made.json<{ application_credential: { id: string; secret: string } }>()
    .application_credential;
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const token = String((await logIn(given(), { auth: { identity } })).headers['x-subject-token']);
  return callsWith(given(), person, token);
}

describe('/v3/credentials', () => {
  test('keeps a secret, shows, changes and forgets it', async () => {
    const alice = await callsOf(given(), 'alice', 'member');
    const { get, patch, remove, person } = alice;
    const made = await kept(alice, { project_id: person.project });
    const one = `credentials/${made.id}`;
    const body = { type: 'cert', blob: 'a secret', user_id: person.id, project_id: person.project };
    expect(made).toMatchObject({ ...body, links: { self: `${given().url}/v3/${one}` } });
    expect((await get(one)).json()).toMatchObject({ credential: body });
    const changed = await patch(one, { credential: { blob: 'another', type: 'totp', project_id: null } });
    expect([changed.status, changed.json()]).toMatchObject([200, { credential: { blob: 'another' } }]);
    expect((await get(one)).json()).toMatchObject({
      credential: { blob: 'another', type: 'totp', project_id: null, user_id: person.id },
    });
    expect((await remove(one)).status).toBe(204);
    for (const answer of [await get(one), await remove(one)]) expect(refusal(answer).status).toBe(403);
  });

  test('shows everybody the own ones, and admins all, by user and type', async () => {
    const [alice, bob] = [await callsOf(given(), 'a2', 'member'), await callsOf(given(), 'b2', 'reader')];
    const root = await callsOf(given(), 'root', 'admin');
    const [mine, yours] = [await kept(alice), await kept(bob, { type: 'totp' })];
    expect(idsIn(await alice.get('credentials'))).toEqual([mine.id]);
    expect(idsIn(await alice.get(`credentials?user_id=${bob.person.id}`))).toEqual([]);
    expect(idsIn(await root.get('credentials'))).toEqual(expect.arrayContaining([mine.id, yours.id]));
    expect(idsIn(await root.get(`credentials?user_id=${bob.person.id}&type=totp`))).toEqual([yours.id]);
    expect(idsIn(await root.get(`credentials?user_id=${bob.person.id}&type=cert`))).toEqual([]);
    const path = `credentials/${yours.id}`;
    const change = { credential: { blob: 'x' } };
    const created = { credential: { type: 'cert', blob: 'x', user_id: bob.person.id } };
    for (const [action, answer] of [
      ['get_credential', await alice.get(path)],
      ['update_credential', await alice.patch(path, change)],
      ['delete_credential', await alice.remove(path)],
      ['create_credential', await alice.post('credentials', created)],
      ['update_credential', await bob.patch(path, { credential: { user_id: alice.person.id } })],
    ] as const) {
      expect(refusal(answer)).toMatchObject({
        status: 403,
        message: `You are not authorized to perform the requested action: identity:${action}.`,
      });
    }
    expect((await root.patch(path, { credential: { user_id: alice.person.id } })).status).toBe(200);
    expect(idsIn(await alice.get('credentials'))).toEqual([mine.id, yours.id]);
  });

  test('a pair of EC2 keys has the id that its access key makes, and is there once', async () => {
    const alice = await callsOf(given(), 'alice', 'member');
    const { post, patch, person } = alice;
    const pair = { type: 'ec2', blob: blobOf('key'), project_id: person.project, user_id: person.id };
    expect((await kept(alice, pair)).id).toBe(sha('key'));
    expect(refusal(await post('credentials', { credential: pair }))).toEqual({
      status: 409,
      title: 'Conflict',
      message: `Conflict occurred attempting to store credential - Duplicate entry found with ID ${sha('key')}.`,
    });
    for (const [wanted, message] of [
      [{ ...pair, blob: 'no JSON' }, 'Invalid blob in credential'],
      [{ ...pair, blob: '[]' }, 'Invalid blob in credential'],
      [{ ...pair, blob: '{"secret":"s"}' }, expect.stringContaining('access') as string],
      [{ ...pair, project_id: null }, "'project_id' is a required property"],
      [{ blob: 'x', user_id: person.id }, "'type' is a required property"],
      [{ ...pair, user_id: 'no one' }, expect.any(String) as string],
    ] as const) {
      const answer = await post('credentials', { credential: wanted });
      expect([wanted, refusal(answer).status === 403 ? 400 : refusal(answer).status]).toEqual([wanted, 400]);
      if (refusal(answer).status === 400) expect(refusal(answer).message).toEqual(message);
    }
    const nowhere = { type: pair.type, blob: pair.blob, user_id: pair.user_id };
    const reader = await callsOf(given(), 'r', 'reader');
    for (const [credential, status] of [
      [nowhere, 400],
      [pair, 403],
    ] as const) {
      expect(refusal(await reader.post('credentials', { credential }))).toMatchObject({ status });
    }
    const tied = { credential: { blob: blobOf('key', { app_cred_id: 'x' }) } };
    expect(refusal(await patch(`credentials/${sha('key')}`, tied))).toMatchObject({ status: 400 });
    const other = { credential: { blob: blobOf('key', { secret: 't' }) } };
    expect((await patch(`credentials/${sha('key')}`, other)).status).toBe(200);
  });

  test('is for users and projects that there are, and goes with them', async () => {
    const root = await callsOf(given(), 'root', 'admin');
    const user = await root.make('users', { name: 'leaves' });
    const project = await root.make('projects', { name: 'ends' });
    for (const more of [{ user_id: 'none' }, { project_id: 'none' }]) {
      const credential = { type: 'cert', blob: 'x', user_id: user.id, ...more };
      expect(refusal(await root.post('credentials', { credential }))).toMatchObject({ status: 404 });
    }
    const first = await kept(root, { user_id: user.id });
    const second = await kept(root, { project_id: project.id });
    await root.remove(`users/${user.id}`);
    await root.remove(`projects/${project.id}`);
    for (const { id } of [first, second]) {
      expect(refusal(await root.get(`credentials/${id}`))).toMatchObject({
        status: 404,
        message: `Could not find credential: ${id}.`,
      });
    }
  });
});

describe('OS-EC2', () => {
  test('makes a pair for a project, lists, shows and deletes it', async () => {
    const { get, post, remove, person } = await callsOf(given(), 'ec2', 'member');
    const all = `users/${person.id}/credentials/OS-EC2`;
    const made = await post(all, { tenant_id: person.project });
    expect(made.status).toBe(201);
    const { credential } = made.json<{ credential: { access: string; secret: string } }>();
    const one = `${all}/${credential.access}`;
    expect(credential).toEqual({
      user_id: person.id,
      tenant_id: person.project,
      access: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      secret: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      trust_id: null,
      links: { self: `${given().url}/v3/${one}` },
    });
    expect((await get(all)).json()).toMatchObject({ credentials: [credential] });
    expect((await get(one)).json()).toEqual({ credential });
    const blob = JSON.stringify({ access: credential.access, secret: credential.secret, trust_id: null });
    expect((await get(`credentials/${sha(credential.access)}`)).json()).toMatchObject({
      credential: { type: 'ec2', blob },
    });
    expect((await remove(one)).status).toBe(204);
    expect((await get(all)).json()).toMatchObject({ credentials: [] });
    const root = await callsOf(given(), 'root', 'admin');
    for (const answer of [await root.get(one), await root.remove(one)]) {
      expect(refusal(answer)).toMatchObject({ status: 404 });
    }
  });

  test("is refused for another's user, to readers, and for what there is not", async () => {
    const [alice, reader] = [
      await callsOf(given(), 'alice', 'member'),
      await callsOf(given(), 'r', 'reader'),
    ];
    const path = `users/${alice.person.id}/credentials/OS-EC2`;
    const body = { tenant_id: alice.person.project };
    const made = await alice.post(path, body);
    const { access } = made.json<{ credential: { access: string } }>().credential;
    const own = `users/${reader.person.id}/credentials/OS-EC2`;
    for (const answer of [
      await reader.get(path),
      await reader.get(`${path}/${access}`),
      await reader.get(`${own}/${access}`),
      await reader.remove(`${own}/${access}`),
      await reader.remove(`${path}/${access}`),
      await reader.post(path, body),
      await reader.post(own, body),
    ]) {
      expect(refusal(answer)).toMatchObject({ status: 403 });
    }
    const root = await callsOf(given(), 'root', 'admin');
    expect(refusal(await alice.post(path, { tenant_id: 'none' }))).toMatchObject({ status: 404 });
    expect(refusal(await alice.post(path, {}))).toMatchObject({ status: 404 });
    expect(refusal(await root.get('users/none/credentials/OS-EC2'))).toMatchObject({ status: 404 });
    expect(refusal(await root.get(`${path}/none`))).toMatchObject({ status: 404 });
    expect((await root.get(`${path}/${access}`)).status).toBe(200);
  });
});

test('who holds a delegated right sees and makes none of them', async () => {
  const alice = await callsOf(given(), 'delegates', 'member');
  const { id } = await kept(alice);
  const { get, post, patch, remove, person } = await delegatedTo(alice);
  const pairs = `users/${person.id}/credentials/OS-EC2`;
  expect(idsIn(await get('credentials'))).toEqual([]);
  for (const answer of [
    await get(`credentials/${id}`),
    await post('credentials', { credential: { type: 'cert', blob: 'x', user_id: person.id } }),
    await patch(`credentials/${id}`, { credential: { blob: 'x' } }),
    await remove(`credentials/${id}`),
    await get(pairs),
    await post(pairs, { tenant_id: person.project }),
  ]) {
    expect(refusal(answer)).toMatchObject({
      status: 403,
      message:
        'You are not authorized to perform the requested action: Delegated tokens cannot access credentials directly.',
    });
  }
  expect((await alice.get(`credentials/${id}`)).status).toBe(200);
});
