import { huaweiImages, openstack, type Speaker } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { type Answer, send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();

const set = (body: object): Promise<Answer> => site().ask('POST', '/admin/faults', { body });
const alice = (): Speaker => ({ port: site().port, token: site().alice, project: seeded.alpha });
const admin = (): Speaker => ({ ...alice(), token: site().admin });
const bob = async (): Promise<Speaker> => ({
  ...alice(),
  token: await signIn(site().url, 'bob', seeded.password, 'beta'),
  project: seeded.beta,
});
const statusOf = async ({ port, token }: Speaker): Promise<number> =>
  (await send(port, 'GET', '/v2/images', { ...(token !== undefined && { token }) })).status;

afterEach(() => site().ask('DELETE', '/admin/faults'));

test('a project is hit, and the others are not', async () => {
  await set({ project: seeded.beta, status: 503, times: 10 });
  expect(await statusOf(alice())).toBe(200);
  expect(await statusOf(await bob())).toBe(503);
});

test('a user is hit, by name or id, whatever credentials are used', async () => {
  await set({ user: 'alice', status: 503, times: 2 });
  expect(await statusOf(admin())).toBe(200);
  expect(await statusOf(alice())).toBe(503);
  const pair = { access: seeded.access, secret: seeded.secret };
  expect((await send(site().port, 'GET', '/v2/images', { pair })).status).toBe(503);
  const own = { token: site().alice, headers: { 'X-Subject-Token': site().alice } };
  const { id } = (await send(site().port, 'GET', '/v3/auth/tokens', own)).json<{
    token: { user: { id: string } };
  }>().token.user;
  await set({ user: id, status: 504 });
  expect(await statusOf(alice())).toBe(504);
});

test('an operation is hit in each dialect, and a login, which has no caller yet', async () => {
  await set({ operation: 'addTag', status: 500 });
  expect(await statusOf(alice())).toBe(200);
  expect((await openstack(alice()).put(seeded.image, 't')).status).toBe(500);
  await set({ operation: 'addImageTag', status: 500 });
  await set({ operation: 'createToken', status: 502 });
  await set({ operation: 'showTags', status: 504 });
  expect((await huaweiImages(alice()).add(seeded.image, { key: 'a', value: 'b' })).status).toBe(500);
  const body = { auth: { identity: { methods: ['token'], token: { id: site().alice } } } };
  expect((await send(site().port, 'POST', '/v3/auth/tokens', { body })).status).toBe(502);
  expect(
    (
      await send(site().port, 'GET', `/tags/v1/projects/${seeded.alpha}/images/${seeded.image}/tags`, {
        token: site().alice,
      })
    ).status,
  ).toBe(504);
});

test('the nth request is hit, and as many more as it says', async () => {
  await set({ method: 'GET', path: '/v2/images', nth: 3, times: 2, status: 503 });
  const statuses: number[] = [];
  for (let round = 0; round < 6; round++) statuses.push(await statusOf(alice()));
  expect(statuses).toEqual([200, 200, 503, 503, 200, 200]);
});

test('a seed repeats the draws, and without one the answer says which it was', async () => {
  const draw = async (seed?: number): Promise<{ seed: number; statuses: number[] }> => {
    const fault = {
      path: '/v2/images',
      status: 503,
      probability: 0.5,
      times: 10_000,
      ...(seed !== undefined && { seed }),
    };
    const made = (await set(fault)).json<{ seed: number }>();
    const statuses: number[] = [];
    for (let round = 0; round < 24; round++) statuses.push(await statusOf(alice()));
    await site().ask('DELETE', '/admin/faults');
    return { seed: made.seed, statuses };
  };
  const first = await draw();
  expect(new Set(first.statuses)).toEqual(new Set([200, 503]));
  expect(await draw(first.seed)).toEqual(first);
  expect((await draw(first.seed + 1)).statuses).not.toEqual(first.statuses);
});

test('of several faults the first that hits counts, so that a scenario is a sequence', async () => {
  const faults = [
    { name: 'first away', path: '/v2/images', status: 503 },
    { name: 'then slow', path: '/v2/images', nth: 1, status: 504 },
  ];
  const made = (await set({ faults })).json<{ faults: { name: string; left: number }[] }>();
  expect(made.faults.map(({ name, left }) => [name, left])).toEqual([
    ['first away', 1],
    ['then slow', 1],
  ]);
  expect([await statusOf(alice()), await statusOf(alice()), await statusOf(alice())]).toEqual([
    503, 504, 200,
  ]);
});

test('a scenario with a mistake sets nothing, and all its mistakes are named', async () => {
  const faults = [{ status: 503 }, { status: 42 }, { cut: 'never' }];
  const answer = await set({ faults });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('faults[1].status: ')]);
  expect(answer.text).toContain('faults[2].cut: must be one of before-work');
  expect((await site().ask('GET', '/admin/faults')).json<{ faults: [] }>().faults).toEqual([]);
});

test('faults are limited in number', async () => {
  const faults = Array.from({ length: 100 }, () => ({ path: '/never', status: 500 }));
  for (let round = 0; round < 10; round++) expect((await set({ faults })).status).toBe(201);
  const answer = await set({ status: 500 });
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('1000 faults')]);
  expect((await set({ faults: [...faults, { status: 500 }] })).status).toBe(400);
});

test.each([
  [{ cut: 'before' }, 'cut'],
  [{ cut: 'before-work', status: 500 }, 'status'],
  [{ lost: true, status: 500 }, 'status'],
  [{ lost: 'yes' }, 'lost'],
  [{ slow: 0 }, 'slow'],
  [{ slow: 10, wrongLength: 2 }, 'cut'],
  [{ wrongLength: 0 }, 'wrongLength'],
  [{ reset: true, delay: 1 }, 'reset'],
  [{ status: 500, probability: 0 }, 'probability'],
  [{ status: 500, seed: -1 }, 'seed'],
  [{ status: 500, nth: 0 }, 'nth'],
  [{ status: 500, operation: 'addTags' }, 'operation'],
  [{ faults: [] }, 'faults'],
  [{ faults: [{ status: 500 }], status: 500 }, 'faults'],
])('%j is refused, and what is wrong is named', async (body, word) => {
  const answer = await set(body);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`"${word}: `)]);
});
