import { testGateway } from '../../support/gateway';
import { closeIdleSockets } from '../../support/wire';
import { callsOf, type Thing } from './administration';

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
