import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, type Thing } from './administration';
import { logIn, refusal } from './people';

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

interface Rule {
  readonly prior_role: Thing;
  readonly implies: readonly Thing[];
}

test('a rule is shown, listed among all, and counts until it is deleted', async () => {
  const { make, put, get, remove } = await admin();
  const [prior, implied] = [await make('roles', { name: 'above' }), await make('roles', { name: 'under' })];
  const project = await make('projects', { name: 'p' });
  const user = await make('users', { name: 'u', password: 'p' });
  await put(`projects/${project.id}/users/${user.id}/roles/${prior.id}`);
  const roles = async (): Promise<string[]> => {
    const identity = { methods: ['password'], password: { user: { id: user.id, password: 'p' } } };
    const answer = await logIn(given(), { auth: { identity, scope: { project: { id: project.id } } } });
    return answer.json<{ token: { roles: { name: string }[] } }>().token.roles.map(({ name }) => name);
  };
  const one = `roles/${prior.id}/implies/${implied.id}`;
  const listed = async (): Promise<string[] | undefined> => {
    const all = (await get('role_inferences')).json<{ role_inferences: Rule[] }>().role_inferences;
    return all.find(({ prior_role: { id } }) => id === prior.id)?.implies.map(({ id }) => id);
  };

  expect([await listed(), await roles()]).toEqual([undefined, ['above']]);
  expect((await put(one)).status).toBe(201);
  const shown = await get(one);
  expect([shown.status, shown.json()]).toMatchObject([
    200,
    { role_inference: { prior_role: { id: prior.id }, implies: { id: implied.id, name: 'under' } } },
  ]);
  expect([await listed(), await roles()]).toEqual([[implied.id], ['above', 'under']]);

  expect((await remove(one)).status).toBe(204);
  expect([await listed(), await roles()]).toEqual([undefined, ['above']]);
  for (const answer of [await get(one), await remove(one)]) {
    expect(refusal(answer)).toMatchObject({ status: 404 });
  }
});
