import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, callsWith, namesIn, type Thing } from './administration';
import { logIn, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

let made = 0;

/** A user who has nothing, a project, and the ids of roles. */
async function scene() {
  const calls = await admin();
  const number = String(made++);
  const user = await calls.make('users', { name: `u${number}`, password: 'p' });
  const project = await calls.make('projects', { name: `p${number}` });
  const roles = (await calls.get('roles')).json<{ roles: Thing[] }>().roles;
  const role = (name: string): string => roles.find((one) => one['name'] === name)?.id ?? '';
  const enter = async (scope: object): Promise<{ status: number; roles: string[]; token: string }> => {
    const identity = { methods: ['password'], password: { user: { id: user.id, password: 'p' } } };
    const answer = await logIn(given(), { auth: { identity, scope } });
    const { token } = answer.json<{ token?: { roles?: { name: string }[] } }>();
    return {
      status: answer.status,
      roles: (token?.roles ?? []).map(({ name }) => name),
      token: String(answer.headers['x-subject-token']),
    };
  };
  return { ...calls, user, project, role, enter, number };
}

test('a role on a project lets in with what it implies, until it is taken', async () => {
  const { user, project, role, enter, put, get, remove, person } = await scene();
  const path = `projects/${project.id}/users/${user.id}/roles/${role('member')}`;
  const scope = { project: { id: project.id } };
  expect((await enter(scope)).status).toBe(401);
  expect(refusal(await get(path))).toMatchObject({ status: 404 });
  for (const answer of [await put(path), await put(path), await get(path)]) expect(answer.status).toBe(204);
  const { roles, token } = await enter(scope);
  expect(roles).toEqual(['member', 'reader']);
  expect(namesIn(await get(`projects/${project.id}/users/${user.id}/roles`), 'roles')).toEqual(['member']);
  expect((await remove(path)).status).toBe(204);
  expect(refusal(await remove(path))).toMatchObject({ status: 404 });
  expect((await put(path)).status).toBe(204);
  expect((await callsWith(given(), person, token).get('auth/catalog')).status).toBe(401);
});

test('a group gives its roles to its members, and takes them when they leave', async () => {
  const { user, project, role, enter, put, get, remove, make, number } = await scene();
  const group = await make('groups', { name: `g${number}`, description: 'team' });
  const member = `groups/${group.id}/users/${user.id}`;
  expect((await put(`projects/${project.id}/groups/${group.id}/roles/${role('reader')}`)).status).toBe(204);
  expect((await put(member)).status).toBe(204);
  expect(namesIn(await get(`groups/${group.id}/users`), 'users')).toEqual([`u${number}`]);
  expect(namesIn(await get(`users/${user.id}/groups`), 'groups')).toEqual([`g${number}`]);
  expect((await enter({ project: { id: project.id } })).roles).toEqual(['reader']);
  expect(namesIn(await get(`users/${user.id}/projects`), 'projects')).toEqual([`p${number}`]);
  expect([(await get(member)).status, (await remove(member)).status]).toEqual([204, 204]);
  expect(refusal(await get(member))).toMatchObject({ status: 404 });
  expect((await enter({ project: { id: project.id } })).status).toBe(401);
});

test('an inherited role counts below and not there itself', async () => {
  const { user, project, role, enter, put, get, make, number } = await scene();
  const child = await make('projects', { name: `child of ${number}`, parent_id: project.id });
  const path = `OS-INHERIT/projects/${project.id}/users/${user.id}/roles/${role('reader')}/inherited_to_projects`;
  expect([(await put(path)).status, (await get(path)).status]).toEqual([204, 204]);
  expect((await enter({ project: { id: project.id } })).status).toBe(401);
  expect((await enter({ project: { id: child.id } })).roles).toEqual(['reader']);
});

test('a role on a domain is for the domain, an inherited one for its projects, one on the system for that', async () => {
  const { user, role, enter, put, make, number } = await scene();
  const domain = await make('domains', { name: `d${number}` });
  const project = await make('projects', { name: 'inside', domain_id: domain.id });
  await put(`domains/${domain.id}/users/${user.id}/roles/${role('manager')}`);
  const ofDomain = await enter({ domain: { id: domain.id } });
  expect(ofDomain.roles).toEqual(['manager', 'member', 'reader']);
  expect((await enter({ project: { id: project.id } })).status).toBe(401);
  const end = `users/${user.id}/roles/${role('reader')}/inherited_to_projects`;
  await put(`OS-INHERIT/domains/${domain.id}/${end}`);
  expect((await enter({ project: { id: project.id } })).roles).toEqual(['reader']);
  expect((await enter({ system: { all: true } })).status).toBe(401);
  await put(`system/users/${user.id}/roles/${role('reader')}`);
  expect((await enter({ system: { all: true } })).roles).toEqual(['reader']);
});

test('who manages a domain makes users there and nowhere else', async () => {
  const { user, role, enter, put, make, number, person } = await scene();
  const domain = await make('domains', { name: `own ${number}` });
  await put(`domains/${domain.id}/users/${user.id}/roles/${role('manager')}`);
  const { token } = await enter({ domain: { id: domain.id } });
  const manager = callsWith(given(), person, token);
  const inside = await manager.make('users', { name: 'inside', domain_id: domain.id });
  expect(inside).toMatchObject({ domain_id: domain.id });
  expect(refusal(await manager.post('users', { user: { name: 'nowhere' } }))).toMatchObject({ status: 403 });
  expect(namesIn(await manager.get('users'), 'users')).toEqual(['inside']);
  const outside = { user: { name: 'outside', domain_id: 'default' } };
  expect(refusal(await manager.post('users', outside))).toMatchObject({ status: 403 });
  expect(refusal(await manager.patch(`users/${user.id}`, { user: { enabled: false } }))).toMatchObject({
    status: 403,
  });
});

test('what a role implies by two ways counts once, and a token for the system makes none for a project', async () => {
  const { user, project, role, enter, put, get, person } = await scene();
  const places = [`projects/${project.id}`, 'system'];
  for (const place of places) await put(`${place}/users/${user.id}/roles/${role('manager')}`);
  await put(`projects/${project.id}/users/${user.id}/roles/${role('member')}`);
  const answer = await get(`role_assignments?user.id=${user.id}&effective&scope.project.id=${project.id}`);
  const found = answer.json<{
    role_assignments: { role: { id: string }; links: { prior_role?: string } }[];
  }>();
  const shown = found.role_assignments.map(({ role: { id }, links }) => `${id} ${links.prior_role ?? ''}`);
  expect(shown).toHaveLength(new Set(shown).size);
  const { token } = await enter({ system: { all: true } });
  const identity = { methods: ['token'], token: { id: token } };
  const rescoped = await logIn(given(), { auth: { identity, scope: { project: { id: project.id } } } });
  expect(refusal(rescoped)).toMatchObject({ status: 403 });
  expect(refusal(rescoped).message).toContain('Using a system-scoped token to create a project-scoped');
  expect((await callsWith(given(), person, token).get('users')).status).toBe(200);
});

test("a domain's own role counts only for what it implies", async () => {
  const { user, project, role, enter, put, get, make, number } = await scene();
  const own = await make('roles', { name: `local ${number}`, domain_id: 'default' });
  await put(`projects/${project.id}/users/${user.id}/roles/${own.id}`);
  expect((await enter({ project: { id: project.id } })).status).toBe(401);
  expect((await put(`roles/${own.id}/implies/${role('reader')}`)).status).toBe(201);
  expect((await enter({ project: { id: project.id } })).roles).toEqual(['reader']);
  expect(namesIn(await get('roles'), 'roles')).not.toContain(`local ${number}`);
  expect(namesIn(await get('roles?domain_id=default'), 'roles')).toContain(`local ${number}`);
  const rule = (await get(`roles/${own.id}/implies`)).json<{ role_inference: { implies: Thing[] } }>();
  expect(rule.role_inference.implies.map(({ name }) => name)).toEqual(['reader']);
});

test('assignments are listed as given, and as they count', async () => {
  const { user, project, role, put, get, make, number } = await scene();
  const group = await make('groups', { name: `h${number}` });
  await put(`groups/${group.id}/users/${user.id}`);
  await put(`projects/${project.id}/groups/${group.id}/roles/${role('member')}`);
  const listed = async (query: string) => {
    const answer = await get(`role_assignments?${query}`);
    return answer.json<{ role_assignments: Record<string, { id: string; name?: string }>[] }>()
      .role_assignments;
  };
  expect(await listed(`group.id=${group.id}`)).toMatchObject([
    { group: { id: group.id }, role: { id: role('member') }, scope: { project: { id: project.id } } },
  ]);
  expect(await listed(`user.id=${user.id}`)).toEqual([]);
  const effective = await listed(`user.id=${user.id}&effective&include_names`);
  expect(effective.map((one) => one['role']?.name).sort()).toEqual(['member', 'reader']);
  expect(effective[0]).toMatchObject({
    user: { id: user.id, name: `u${number}`, domain: { id: 'default', name: 'Default' } },
    scope: { project: { id: project.id, name: `p${number}` } },
  });
  expect(await listed(`scope.project.id=${project.id}&role.id=${role('admin')}`)).toEqual([]);
});

test('what there is not is told by its name', async () => {
  const { user, project, role, put } = await scene();
  for (const [path, thing] of [
    [`projects/none/users/${user.id}/roles/${role('reader')}`, 'project'],
    [`projects/${project.id}/users/none/roles/${role('reader')}`, 'user'],
    [`projects/${project.id}/users/${user.id}/roles/none`, 'role'],
    [`domains/none/users/${user.id}/roles/${role('reader')}`, 'domain'],
    [`projects/${project.id}/groups/none/roles/${role('reader')}`, 'group'],
  ]) {
    expect(refusal(await put(String(path)))).toEqual({
      status: 404,
      title: 'Not Found',
      message: `Could not find ${String(thing)}: none.`,
    });
  }
});

test('a deleted role ends the tokens of all who had it, and a deleted project goes with its grants', async () => {
  const { user, project, enter, put, get, remove, make, number, person } = await scene();
  const extra = await make('roles', { name: `extra ${number}` });
  await put(`projects/${project.id}/users/${user.id}/roles/${extra.id}`);
  const { token, roles } = await enter({ project: { id: project.id } });
  expect(roles).toEqual([`extra ${number}`]);
  expect((await remove(`roles/${extra.id}`)).status).toBe(204);
  expect((await callsWith(given(), person, token).get('auth/catalog')).status).toBe(401);
  expect((await enter({ project: { id: project.id } })).status).toBe(401);
  expect((await remove(`projects/${project.id}`)).status).toBe(204);
  expect(refusal(await get(`projects/${project.id}`))).toMatchObject({ status: 404 });
});
