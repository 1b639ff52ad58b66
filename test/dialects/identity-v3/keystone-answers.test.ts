import { testGateway } from '../../support/gateway';
import type { Answer } from '../../support/wire';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, callsWith, type Thing } from './administration';
import { logIn, refusal } from './people';

/* What `npm run lab:identity` found Keystone to answer: roles, assignments and credentials. */

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');
const unknown = 'f'.repeat(32);

interface Assignment {
  readonly role: Thing;
  readonly scope: object;
  readonly links: { readonly assignment: string; readonly prior_role?: string };
}

const assignmentsIn = (answer: Answer): readonly Assignment[] =>
  answer.json<{ role_assignments: Assignment[] }>().role_assignments;

async function member(name: string) {
  const calls = await admin();
  const user = await calls.make('users', { name, password: 'p' });
  const project = await calls.make('projects', { name: `of ${name}` });
  const { roles } = (await calls.get('roles?name=member')).json<{ roles: Thing[] }>();
  const role = roles[0]?.id ?? '';
  const grants = `projects/${project.id}/users/${user.id}/roles`;
  await calls.put(`${grants}/${role}`);
  const enter = async () => {
    const identity = { methods: ['password'], password: { user: { id: user.id, password: 'p' } } };
    const answer = await logIn(given(), { auth: { identity, scope: { project: { id: project.id } } } });
    return callsWith(given(), calls.person, String(answer.headers['x-subject-token']));
  };
  return { ...calls, user, project, role, grants, enter };
}

test('a role that is implied a second time is a conflict', async () => {
  const { make, put } = await admin();
  const [prior, implied] = [await make('roles', { name: 'prior' }), await make('roles', { name: 'implied' })];
  const path = `roles/${prior.id}/implies/${implied.id}`;
  expect((await put(path)).status).toBe(201);
  expect(refusal(await put(path))).toMatchObject({
    status: 409,
    message: 'Conflict occurred attempting to store implied_role - Duplicate entry.',
  });
});

test('an assignment that counts is shown as inherited, and with the role that implies it', async () => {
  const { make, put, get } = await admin();
  const user = await make('users', { name: 'heir' });
  const top = await make('projects', { name: 'above' });
  const below = await make('projects', { name: 'beneath', parent_id: top.id });
  const [one, two, both] = [
    await make('roles', { name: 'one' }),
    await make('roles', { name: 'two' }),
    await make('roles', { name: 'both' }),
  ];
  for (const prior of [one, two]) {
    await put(`roles/${prior.id}/implies/${both.id}`);
    await put(`OS-INHERIT/projects/${top.id}/users/${user.id}/roles/${prior.id}/inherited_to_projects`);
  }
  await put(`system/users/${user.id}/roles/${one.id}`);
  const found = assignmentsIn(await get(`role_assignments?user.id=${user.id}&effective`));
  expect(found.map(({ role }) => role.id).sort()).toEqual([one.id, two.id, both.id, both.id].sort());
  for (const { scope } of found) {
    expect(scope).toEqual({ project: { id: below.id }, 'OS-INHERIT:inherited_to': 'projects' });
  }
  const implied = found.filter(({ role }) => role.id === both.id);
  const ends = implied.map(({ links }) => links.prior_role?.replace(/.*\/v3/, ''));
  expect(ends.sort()).toEqual([one, two].map(({ id }) => `/prior_role/${both.id}/implies/${id}`).sort());
});

test("the system's assignments are in lists that name no other place", async () => {
  const { make, put, get, user, project, role } = await member('system-wide');
  await put(`system/users/${user.id}/roles/${role}`);
  const group = await make('groups', { name: 'none of it' });
  const scopes = async (query: string) =>
    assignmentsIn(await get(`role_assignments?user.id=${user.id}${query}`)).map(
      ({ scope }) => Object.keys(scope)[0],
    );
  expect((await scopes('')).sort()).toEqual(['project', 'system']);
  expect(await scopes(`&scope.project.id=${project.id}`)).toEqual(['project']);
  expect(await scopes('&scope.system=all')).toEqual(['system']);
  expect((await scopes('&scope.system=other')).sort()).toEqual(['project', 'system']);
  expect(await scopes('&scope.OS-INHERIT:inherited_to=projects')).toEqual(['system']);
  expect((await scopes('&scope.OS-INHERIT:inherited_to=')).sort()).toEqual(['project', 'system']);
  expect(assignmentsIn(await get(`role_assignments?group.id=${group.id}`))).toEqual([]);
});

test('a refusal names the action of tags, of roles of a domain, and of grants on the system', async () => {
  const { make, user, project, role, enter } = await member('nosy');
  const own = await make('roles', { name: 'of a domain', domain_id: 'default' });
  const other = await make('projects', { name: 'not theirs' });
  const { get, put, remove, post } = await enter();
  const tags = `projects/${other.id}/tags`;
  const system = (actor: string): string => `system/${actor}/${user.id}/roles`;
  const answers: readonly (readonly [Promise<Answer>, string])[] = [
    [get(tags), 'list_project_tags'],
    [put(tags, { tags: ['one'] }), 'update_project_tags'],
    [remove(tags), 'delete_project_tags'],
    [get(`${tags}/one`), 'get_project_tag'],
    [put(`projects/${project.id}/tags/one`), 'create_project_tag'],
    [remove(`${tags}/one`), 'delete_project_tag'],
    [get(`roles/${own.id}`), 'get_domain_role'],
    [get('roles?domain_id=default'), 'list_domain_roles'],
    [post('roles', { role: { name: 'new', domain_id: 'default' } }), 'create_domain_role'],
    [remove(`roles/${own.id}`), 'delete_domain_role'],
    [get(`roles/${role}/implies`), 'list_implied_roles'],
    [get('role_inferences'), 'list_role_inference_rules'],
    [get(system('users')), 'list_system_grants_for_user'],
    [put(`${system('groups')}/${role}`), 'create_system_grant_for_group'],
  ];
  for (const [answer, action] of answers) {
    expect(refusal(await answer)).toMatchObject({
      status: 403,
      message: `You are not authorized to perform the requested action: identity:${action}.`,
    });
  }
});

test('what is missing is named in the order in which Keystone looks', async () => {
  const { get, put, remove, user, grants } = await member('seeker');
  const missing = async (answer: Promise<Answer>): Promise<string> => refusal(await answer).message;
  expect(await missing(get(`domains/${unknown}/groups/${unknown}/roles`))).toMatch('find domain');
  expect(await missing(put(`domains/${unknown}/users/${unknown}/roles/${unknown}`))).toMatch('find domain');
  expect(await missing(put(`projects/${unknown}/users/${unknown}/roles/${unknown}`))).toMatch('find role');
  const { roles } = (await get('roles?name=reader')).json<{ roles: Thing[] }>();
  const reader = roles[0]?.id ?? '';
  expect(await missing(remove(`projects/${unknown}/users/${unknown}/roles/${reader}`))).toMatch('project');
  expect(await missing(remove(`${grants.replace(user.id, unknown)}/${reader}`))).toMatch('role assignment');
  const inherited = `OS-INHERIT/projects/${unknown}/users/${unknown}/roles/${reader}/inherited_to_projects`;
  expect(await missing(get(inherited))).toMatch('find project');
  expect(await missing(remove(inherited))).toMatch('role assignment');
});

test('an application credential keeps a role of the own through its new name', async () => {
  const { make, put, patch, user, grants, enter } = await member('delegating');
  const role = await make('roles', { name: 'mine', description: 'own words' });
  await put(`${grants}/${role.id}`);
  const { post, get } = await enter();
  const path = `users/${user.id}/application_credentials`;
  const wanted = { application_credential: { name: 'x', roles: [{ id: role.id }] } };
  const made = (await post(path, wanted)).json<{ application_credential: Thing }>().application_credential;
  expect(made['roles']).toMatchObject([{ id: role.id, name: 'mine', description: 'own words' }]);
  await patch(`roles/${role.id}`, { role: { name: 'renamed' } });
  const shown = (await get(`${path}/${made.id}`)).json<{ application_credential: Thing }>();
  expect(shown.application_credential['roles']).toMatchObject([{ id: role.id, name: 'renamed' }]);
});

test('an application credential has the roles that its roles imply', async () => {
  const { user, enter } = await member('restricted');
  const { post } = await enter();
  const wanted = { application_credential: { name: 'x', roles: [{ name: 'member' }], expires_at: '' } };
  const made = await post(`users/${user.id}/application_credentials`, wanted);
  const { roles } = made.json<{ application_credential: { roles: Thing[] } }>().application_credential;
  expect(roles.map(({ name }) => name).sort()).toEqual(['member', 'reader']);
});

test('an admin and its owner reach a pair of EC2 keys by way of any user', async () => {
  const { make, post, get, remove, user, project, enter } = await member('owner');
  const other = await make('users', { name: 'not the owner' });
  const pairs = (of: string): string => `users/${of}/credentials/OS-EC2`;
  const made = (await post(pairs(user.id), { tenant_id: project.id })).json<{ credential: Thing }>();
  const access = String(made.credential['access']);
  const own = await enter();
  expect((await own.get(`${pairs(user.id)}/${access}`)).status).toBe(200);
  expect((await own.get(`${pairs(other.id)}/${access}`)).status).toBe(200);
  expect(refusal(await own.post(pairs(user.id), {}))).toMatchObject({
    status: 404,
    message: 'Could not find project: None.',
  });
  const shown = (await get(`${pairs(other.id)}/${access}`)).json<{ credential: Thing }>().credential;
  expect(shown).toMatchObject({ access, user_id: user.id });
  expect(refusal(await get(`${pairs(unknown)}/${access}`)).message).toBe(`Could not find user: ${unknown}.`);
  expect((await remove(`${pairs(other.id)}/${access}`)).status).toBe(204);
  expect(refusal(await get(`${pairs(unknown)}/${access}`)).message).toMatch('find credential');
});

test('groups of a user say when the membership ends', async () => {
  const { make, put, get, user } = await member('joined');
  const group = await make('groups', { name: 'joined by' });
  await put(`groups/${group.id}/users/${user.id}`);
  const { groups } = (await get(`users/${user.id}/groups`)).json<{ groups: Thing[] }>();
  expect(groups).toMatchObject([{ id: group.id, membership_expires_at: null }]);
});
