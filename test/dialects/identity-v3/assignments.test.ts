import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, namesIn, type Thing } from './administration';
import { logIn, refusal } from './people';

// Hashes protect nothing here.
const given = testGateway();
afterAll(closeIdleSockets);

let made = 0;

/** A domain with a project and one below it, and a user who has nothing but a membership in a group. */
async function scene() {
  const calls = await callsOf(given(), 'root', 'admin');
  const number = String(made++);
  const domain = await calls.make('domains', { name: `domain ${number}` });
  const project = await calls.make('projects', { name: 'top', domain_id: domain.id });
  const child = await calls.make('projects', { name: 'below', domain_id: domain.id, parent_id: project.id });
  const user = await calls.make('users', { name: `user ${number}`, domain_id: domain.id, password: 'p' });
  const group = await calls.make('groups', { name: 'team', domain_id: domain.id });
  await calls.put(`groups/${group.id}/users/${user.id}`);
  const roles = (await calls.get('roles')).json<{ roles: Thing[] }>().roles;
  const roleId = roles.find(({ name }) => name === 'reader')?.id ?? '';
  const identity = { methods: ['password'], password: { user: { id: user.id, password: 'p' } } };
  const enters = async (scope: object): Promise<readonly string[] | number> => {
    const answer = await logIn(given(), { auth: { identity, scope } });
    if (answer.status !== 201) return answer.status;
    return answer.json<{ token: { roles: { name: string }[] } }>().token.roles.map(({ name }) => name);
  };
  return { ...calls, domain, project, child, user, group, roleId, enters };
}

type Scene = Awaited<ReturnType<typeof scene>>;
type Place = readonly [title: string, path: (of: Scene) => string, scope: (of: Scene) => object];

const targets: readonly Place[] = [
  [
    'a project',
    ({ project }) => `projects/${project.id}`,
    ({ project }) => ({ project: { id: project.id } }),
  ],
  ['a domain', ({ domain }) => `domains/${domain.id}`, ({ domain }) => ({ domain: { id: domain.id } })],
  ['the system', () => 'system', () => ({ system: { all: true } })],
];
const heirs: readonly Place[] = [
  [
    'the projects below a project',
    ({ project }) => `OS-INHERIT/projects/${project.id}`,
    ({ child }) => ({ project: { id: child.id } }),
  ],
  [
    'the projects of a domain',
    ({ domain }) => `OS-INHERIT/domains/${domain.id}`,
    ({ project }) => ({ project: { id: project.id } }),
  ],
];
const actors = [
  ['a user', ({ user }: Scene) => `users/${user.id}`],
  ['a group', ({ group }: Scene) => `groups/${group.id}`],
] as const;

const cases = actors.flatMap(([actor, who]) => [
  ...targets.map(([place, ...how]) => [actor, place, who, ...how, ''] as const),
  ...heirs.map(([place, ...how]) => [actor, place, who, ...how, '/inherited_to_projects'] as const),
]);

test.each(cases)(
  'a role of %s on %s counts there from when it is given until it is taken',
  async (...row) => {
    const [, , who, where, scopeOf, end] = row;
    const of = await scene();
    const { get, put, remove, roleId, enters } = of;
    const all = `${where(of)}/${who(of)}/roles`;
    const one = `${all}/${roleId}${end}`;
    const listed = async () => namesIn(await get(`${all}${end}`), 'roles');
    const scope = scopeOf(of);

    expect(await listed()).toEqual([]);
    expect(refusal(await get(one))).toMatchObject({ status: 404 });
    expect(await enters(scope)).toBe(401);

    expect((await put(one)).status).toBe(204);
    expect([(await get(one)).status, await listed(), await enters(scope)]).toEqual([
      204,
      ['reader'],
      ['reader'],
    ]);

    expect((await remove(one)).status).toBe(204);
    expect([await listed(), await enters(scope)]).toEqual([[], 401]);
    expect(refusal(await remove(one))).toMatchObject({ status: 404 });
  },
);

test('a domain stands for all of its projects in a list of what lies below', async () => {
  const { get, put, project, user, domain, roleId } = await scene();
  await put(`projects/${project.id}/users/${user.id}/roles/${roleId}`);
  const below = async (id: string) => get(`role_assignments?scope.project.id=${id}&include_subtree`);
  const found = (await below(domain.id)).json<{ role_assignments: object[] }>().role_assignments;
  expect(found).toMatchObject([{ scope: { project: { id: project.id } }, user: { id: user.id } }]);
  expect((await below('f'.repeat(32))).status).toBe(404);
});
