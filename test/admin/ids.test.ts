import { openstack, type Speaker } from '../support/dialects';
import { seeded } from '../support/seed';
import { send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

const alice = (): Speaker => ({ port: site().port, token: site().alice, project: seeded.alpha });
const seed = async (value: unknown): Promise<void> => {
  expect((await site().ask('PUT', '/admin/ids', { body: { seed: value } })).status).toBe(204);
};
const reset = (): Promise<unknown> => site().ask('POST', `/admin/projects/${seeded.alpha}/reset`);
const make = (speaker = alice()): Promise<string> => openstack(speaker).create({ name: 'one' });
const three = async (): Promise<string[]> => [await make(), await make(), await make()];

afterEach(async () => {
  await site().ask('DELETE', '/admin/ids');
  await reset();
});

test('the same seed gives the same ids, after a reset as well; another one gives others', async () => {
  await seed(7);
  const first = await three();
  expect(new Set(first).size).toBe(3);
  expect(first[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  await reset();
  expect(await three()).toEqual(first);
  await reset();
  await seed('seven');
  expect(await three()).not.toEqual(first);
  await reset();
  await seed(7);
  expect(await make()).toBe(first[0]);
});

test('without a seed they are random', async () => {
  const first = await make();
  await reset();
  expect(await make()).not.toBe(first);
});

test('what others do at the same time changes nothing', async () => {
  await seed(1);
  const alone = [await make(), await make()];
  await reset();
  await seed(1);
  const other = { ...alice(), token: site().admin, project: seeded.beta };
  const [first] = await Promise.all([
    make(),
    send(other.port, 'POST', '/v2/images', { token: other.token, body: { owner: seeded.beta } }),
  ]);
  expect([first, await make()]).toEqual(alone);
});

test('images that come back by a restore keep their ids from those made later', async () => {
  await seed(1);
  const path = `/admin/projects/${seeded.alpha}/snapshots`;
  const made = await three();
  const { id } = (await site().ask('POST', path)).json<{ id: string }>();
  await reset();
  expect((await site().ask('POST', `${path}/${id}/restore`)).status).toBe(204);
  const later = await make();
  expect(made).not.toContain(later);
  await site().ask('DELETE', `${path}/${id}`);
});

test('a throw-away project of the same name has the same id, and a job of the same place, too', async () => {
  await seed(3);
  const create = async (): Promise<string> => {
    const made = await site().ask('POST', '/admin/projects', { body: { name: 'worker-1' } });
    const { project } = made.json<{ project: { id: string } }>();
    expect((await site().ask('DELETE', `/admin/projects/${project.id}`)).status).toBe(204);
    return project.id;
  };
  expect(await create()).toBe(await create());
  const register = async (): Promise<string> => {
    const body = { name: 'job', image_url: 'bucket:image.raw', min_disk: 10 };
    const answer = await send(site().port, 'POST', '/v2/cloudimages/action', { ...alice(), body });
    return answer.text;
  };
  const job = await register();
  await reset();
  await seed(3);
  expect(await register()).toBe(job);
});

test.each([[{}], [{ seed: null }], [{ seed: 1.5 }], [{ seed: 'x'.repeat(256) }], [{ seed: 1, more: 2 }]])(
  '%j is refused',
  async (body) => {
    expect((await site().ask('PUT', '/admin/ids', { body })).status).toBe(400);
  },
);
