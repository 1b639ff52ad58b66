import { huaweiCloudimages, huaweiImages, openstack } from '../support/dialects';
import { seeded } from '../support/seed';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

interface Set {
  readonly id: string;
  readonly left: number;
}

const speaker = () => ({ port: site().port, token: site().alice, project: seeded.alpha });
const set = (body: object): Promise<Answer> => site().ask('POST', '/admin/faults', { body });
const list = async (): Promise<Set[]> =>
  (await site().ask('GET', '/admin/faults')).json<{ faults: Set[] }>().faults;

afterEach(() => site().ask('DELETE', '/admin/faults'));

test('the next n requests fail, and no more', async () => {
  const made = await set({ surface: 'openstack-images', status: 503, times: 2 });
  expect([made.status, made.json<Set>()]).toEqual([201, expect.objectContaining({ left: 2, status: 503 })]);
  const statuses: number[] = [];
  for (let round = 0; round < 4; round++)
    statuses.push((await openstack(speaker()).put(seeded.image, 't')).status);
  expect(statuses).toEqual([503, 503, 204, 204]);
  expect(await list()).toEqual([]);
});

test('nothing is done for a request that fails', async () => {
  await set({ method: 'put', status: 500 });
  expect((await openstack(speaker()).put(seeded.image, 'never')).status).toBe(500);
  expect(await openstack(speaker()).tags(seeded.image)).not.toContain('never');
});

test('each dialect answers in its own form, and 503 names when to come again', async () => {
  await set({ status: 503, times: 4 });
  const glance = await openstack(speaker()).put(seeded.image, 't');
  const v2 = await huaweiImages(speaker()).add(seeded.image, { key: 'a', value: 'b' });
  const v1 = await huaweiCloudimages(speaker()).setText(seeded.image, 'a.b');
  const keystone = await send(site().port, 'POST', '/v3/auth/tokens', { body: {} });
  for (const answer of [glance, v2, v1, keystone]) {
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  }
  expect(glance.text).toMatch(/^503 Service Unavailable\n/);
  for (const answer of [v2, v1]) {
    expect(answer.json<object>()).toEqual({ error: { code: 'IMG.0061', message: expect.any(String) } });
  }
  expect(keystone.json<object>()).toMatchObject({ error: { code: 503, title: 'Service Unavailable' } });
});

test.each([401, 403, 404, 409, 413, 418, 429, 500, 502, 504, 599])(
  'the status is %i in every dialect',
  async (status) => {
    await set({ status, times: 4 });
    const answers = [
      await openstack(speaker()).put(seeded.image, 't'),
      await huaweiImages(speaker()).add(seeded.image, { key: 'a', value: 'b' }),
      await huaweiCloudimages(speaker()).setText(seeded.image, 'a.b'),
      await send(site().port, 'GET', '/v3'),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status, status]);
    expect(answers.every(({ text }) => text.length > 0)).toBe(true);
  },
);

test('surface, method and the beginning of the path choose the requests', async () => {
  const path = `/v2/images/${seeded.image}/tags`;
  await set({ surface: 'openstack-images', method: 'DELETE', path, status: 409 });
  expect((await openstack(speaker()).put(seeded.image, 'one')).status).toBe(204);
  expect((await huaweiImages(speaker()).remove(seeded.image, 'one')).status).toBe(204);
  await openstack(speaker()).put(seeded.image, 'two');
  expect((await openstack(speaker()).remove(seeded.image, 'two')).status).toBe(409);
  expect((await openstack(speaker()).remove(seeded.image, 'two')).status).toBe(204);
});

test('a delay alone holds a request back and lets it through', async () => {
  await set({ delay: 600 });
  const begun = performance.now();
  expect((await openstack(speaker()).put(seeded.image, 'slow')).status).toBe(204);
  expect(performance.now() - begun).toBeGreaterThan(590);
});

test('a fault is lifted by its id, once', async () => {
  const { id } = (await set({ status: 500, times: 10_000 })).json<Set>();
  expect((await site().ask('DELETE', `/admin/faults/${id}`)).status).toBe(204);
  expect((await site().ask('DELETE', `/admin/faults/${id}`)).status).toBe(404);
  expect((await openstack(speaker()).put(seeded.image, 't')).status).toBe(204);
});

test('a reset lifts faults, and /admin is never hit by one', async () => {
  await set({ status: 500, times: 10_000 });
  expect(await list()).toHaveLength(1);
  expect((await site().ask('POST', '/admin/reset')).status).toBe(204);
  expect(await list()).toEqual([]);
});

test.each([
  [{}, 'status'],
  [{ status: 200 }, 'status'],
  [{ status: '503' }, 'status'],
  [{ status: 500, delay: 60_001 }, 'delay'],
  [{ status: 500, times: 0 }, 'times'],
  [{ status: 500, times: 10_001 }, 'times'],
  [{ status: 500, surface: 'glance' }, 'surface'],
  [{ status: 500, path: 'v2' }, 'path'],
  [{ status: 500, methods: 'GET' }, 'methods'],
  [[], 'body'],
])('%j is refused, and what is wrong is named', async (body, word) => {
  const answer = await set(body);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`"${word}: `)]);
});
