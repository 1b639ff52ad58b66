import { instantFromMicros } from '../../../src/core/clock';
import { signed } from '../../identity/some-identity';
import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, callsWith, namesIn, type Thing } from './administration';
import { tokenOf } from './people';

const given = testGateway();
afterAll(closeIdleSockets);

test('GET /v3/auth/system lists the system for who has a role there, and for nobody else', async () => {
  const { get, put, remove } = await callsOf(given(), 'root', 'admin');
  const alice = await callsOf(given(), 'alice', 'member');
  const systems = async (): Promise<unknown> => {
    const answer = await alice.get('auth/system');
    expect(answer.status).toBe(200);
    return answer.json<{ system: unknown }>().system;
  };
  const { roles } = (await get('roles?name=reader')).json<{ roles: Thing[] }>();
  const grant = `system/users/${alice.person.id}/roles/${roles[0]?.id ?? ''}`;
  expect(await systems()).toEqual([]);
  expect((await put(grant)).status).toBe(204);
  expect(await systems()).toEqual([{ all: true }]);
  expect((await remove(grant)).status).toBe(204);
  expect(await systems()).toEqual([]);
});

test('GET /v3/auth/system leaves out a role by a group, which lets in, as in Keystone', async () => {
  const { make, put } = await callsOf(given(), 'root', 'admin');
  const bob = await callsOf(given(), 'bob', 'member');
  const [group, role] = [
    await make('groups', { name: 'operators' }),
    await make('roles', { name: 'watcher' }),
  ];
  expect((await put(`system/groups/${group.id}/roles/${role.id}`)).status).toBe(204);
  expect((await put(`groups/${group.id}/users/${bob.person.id}`)).status).toBe(204);
  const token = await tokenOf(given(), bob.person, { system: { all: true } });
  const answer = await callsWith(given(), bob.person, token).get('auth/system');
  expect(answer.json()).toMatchObject({ system: [] });
});

test("a domain's own role opens a domain and a project by what it implies alone, as in Keystone", async () => {
  const { get, make, put, remove } = await callsOf(given(), 'root', 'admin');
  const guest = await callsOf(given(), 'guest', 'member');
  const { id: user, project: own, projectName } = guest.person;
  const home = await make('domains', { name: 'home of its roles' });
  const inside = await make('projects', { name: 'inside', domain_id: home.id });
  const role = await make('roles', { name: 'local', domain_id: home.id });
  for (const place of [`domains/${home.id}`, `projects/${inside.id}`]) {
    expect((await put(`${place}/users/${user}/roles/${role.id}`)).status).toBe(204);
  }
  const { identity } = given().gateway;
  const key = await identity.accessKeys.create(user, own, 'all-projects');
  const reached = async () => {
    const request = signed(key, instantFromMicros(Date.now() * 1000), {}, inside.id);
    return {
      domains: namesIn(await guest.get('auth/domains'), 'domains').sort(),
      projects: namesIn(await guest.get('auth/projects'), 'projects').sort(),
      ofUser: namesIn(await get(`users/${user}/projects`), 'projects').sort(),
      signed: await identity.authenticator.authenticate(request),
    };
  };
  const outside = {
    domains: ['Default'],
    projects: [projectName],
    ofUser: [projectName],
    signed: { fault: 'not-in-project' },
  };
  expect(await reached()).toEqual(outside);
  const { roles } = (await get('roles?name=reader')).json<{ roles: Thing[] }>();
  const implied = `roles/${role.id}/implies/${roles[0]?.id ?? ''}`;
  expect((await put(implied)).status).toBe(201);
  expect(await reached()).toMatchObject({
    domains: ['Default', 'home of its roles'],
    projects: ['inside', projectName],
    ofUser: ['inside', projectName],
    signed: { caller: { projectId: inside.id, roles: ['reader'] } },
  });
  expect((await remove(implied)).status).toBe(204);
  expect(await reached()).toEqual(outside);
});
