import { testGateway } from '../../support/gateway';
import { closeIdleSockets, send } from '../../support/wire';
import { callsOf } from './administration';
import { refusal, tokenOf } from './people';

/* Tags of projects, and what is immutable, as Keystone 30 answers. */

const given = testGateway();
afterAll(closeIdleSockets);
const admin = () => callsOf(given(), 'root', 'admin');

test('of an immutable project each change of tags is refused in its own words, also of a tag that is not there', async () => {
  const { make, put, remove, get } = await admin();
  const { id } = await make('projects', { name: 'immutable', tags: ['a'], options: { immutable: true } });
  const tags = `projects/${id}/tags`;
  const end = 'project is immutable. Set "immutable" option to false before creating project tags.';
  for (const [answer, verb] of [
    [await put(`${tags}/b`), 'create'],
    [await put(tags, { tags: ['b'] }), 'update'],
    [await remove(tags), 'update'],
    [await remove(`${tags}/a`), 'delete'],
    [await remove(`${tags}/none`), 'delete'],
  ] as const) {
    expect(refusal(answer)).toMatchObject({
      status: 403,
      message: `Cannot ${verb} project tags for ${id}, ${end}`,
    });
  }
  expect((await get(tags)).json()).toMatchObject({ tags: ['a'] });
});

test('what is immutable is changed only by making it mutable, and by nothing beside that', async () => {
  const { make, patch } = await admin();
  const { id } = await make('projects', { name: 'fixed', options: { immutable: true } });
  const change = (project: object) => patch(`projects/${id}`, { project });
  const both = { description: 'x', options: { immutable: false } };
  expect(refusal(await change(both))).toMatchObject({ status: 403 });
  expect((await change({ options: { immutable: false } })).status).toBe(200);
  expect((await change({ description: 'x' })).status).toBe(200);
});

test('tags lose the blanks around them, and a project has no more than 80', async () => {
  const { make, put, get } = await admin();
  const { id } = await make('projects', { name: 'tagged' });
  const tags = `projects/${id}/tags`;
  expect((await put(tags, { tags: [' one ', 'two'] })).json()).toMatchObject({ tags: ['one', 'two'] });
  expect((await put(`${tags}/%20three%20`)).status).toBe(201);
  expect((await get(`${tags}/three`)).status).toBe(204);
  await put(tags, { tags: Array.from({ length: 80 }, (_, index) => `t${String(index)}`) });
  expect(refusal(await put(`${tags}/another`))).toMatchObject({ status: 400 });
});

test('HEAD of an implied role has a status of its own', async () => {
  const { make, put, get, person } = await admin();
  const [prior, implied] = [await make('roles', { name: 'prior' }), await make('roles', { name: 'implied' })];
  const path = `roles/${prior.id}/implies/${implied.id}`;
  const token = await tokenOf(given(), person);
  const head = async () => (await send(given().port, 'HEAD', `/v3/${path}`, { token })).status;
  expect(await head()).toBe(404);
  expect((await put(path)).status).toBe(201);
  expect([await head(), (await get(path)).status]).toEqual([204, 200]);
  expect(Object.keys((await get('role_inferences')).json())).toEqual(['role_inferences']);
});
