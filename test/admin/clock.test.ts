import { openstack, type Speaker } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { send } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite({ TAGWAY_HISTORY_DAYS: '30', TAGWAY_TOKEN_LIFETIME: '3600' });

interface Shown {
  readonly now: string;
  readonly set: boolean;
  readonly standing: boolean;
  readonly expired_changes?: number;
}

/** The admin's own token expires, too. */
async function ask(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const sent = body && { body };
  const answer = await site().ask(method, path, sent);
  if (answer.status !== 401) return answer;
  const token = await signIn(site().url, 'admin', seeded.password, 'alpha');
  return send(site().port, method, path, { token, ...sent });
}
const set = async (body: object): Promise<Shown> =>
  JSON.parse((await ask('PUT', '/admin/clock', body)).text) as Shown;
const alice = async (): Promise<Speaker> => ({
  port: site().port,
  token: await signIn(site().url, 'alice', seeded.password, 'alpha'),
  project: seeded.alpha,
});
const createdAt = async (speaker: Speaker, id: string): Promise<string> =>
  (await send(speaker.port, 'GET', `/v2/images/${id}`, { ...speaker })).json<{ created_at: string }>()
    .created_at;

afterEach(() => ask('DELETE', '/admin/clock'));

test('it goes on from where it is set', async () => {
  expect(await set({ now: '2031-02-03T04:05:06Z' })).toMatchObject({
    now: expect.stringMatching(/^2031-02-03T04:05:0[6-9]/),
    set: true,
    standing: false,
  });
  const speaker = await alice();
  const id = await openstack(speaker).create({ name: 'later' });
  expect(await createdAt(speaker, id)).toMatch(/^2031-02-03T04:05/);
  const { now } = JSON.parse((await ask('GET', '/admin/clock')).text) as Shown;
  expect(now > '2031-02-03T04:05:06').toBe(true);
  await ask('DELETE', '/admin/clock');
  const back = JSON.parse((await ask('GET', '/admin/clock')).text) as Shown;
  expect(back).toMatchObject({ set: false });
  expect(Math.abs(Date.parse(back.now) - Date.now())).toBeLessThan(60_000);
});

test('it stands still, and images made at the same second keep their order in pages', async () => {
  await set({ now: '2030-01-01T00:00:00Z', standing: true });
  const speaker = await alice();
  const made: string[] = [];
  for (let number = 0; number < 5; number++) made.push(await openstack(speaker).create({ tags: ['page'] }));
  expect(new Set(await Promise.all(made.map((id) => createdAt(speaker, id))))).toEqual(
    new Set(['2030-01-01T00:00:00Z']),
  );
  expect(await openstack(speaker).find('page')).toEqual([...made].reverse());
});

test('tokens expire when their hour has passed', async () => {
  const speaker = await alice();
  const list = async (): Promise<number> =>
    (await send(speaker.port, 'GET', '/v2/images', { ...speaker })).status;
  await set({ advance: 3_000 });
  expect(await list()).toBe(200);
  await set({ advance: 700 });
  expect(await list()).toBe(401);
});

test('history ends with its days', async () => {
  const speaker = await alice();
  await openstack(speaker).put(seeded.image, 'old');
  const history = async (who: Speaker): Promise<string> =>
    (await send(who.port, 'GET', `/tags/v1/projects/${seeded.alpha}/history`, { ...who })).text;
  expect(await history(speaker)).toContain('"old"');
  expect((await set({ advance: 29 * 86_400 })).expired_changes).toBe(0);
  expect((await set({ advance: 2 * 86_400 })).expired_changes).toBeGreaterThan(0);
  expect(await history(await alice())).not.toContain('"old"');
});

test.each([
  [{}, 'now'],
  [{ now: 'tomorrow' }, 'now'],
  [{ now: '2026-02-31T00:00:00Z', advance: 1 }, 'now'],
  [{ now: '1970-01-01T00:00:00Z' }, 'now'],
  [{ now: '2100-01-01T00:00:00Z' }, 'now'],
  [{ advance: '1' }, 'advance'],
  [{ advance: 1e12 }, 'advance'],
  [{ advance: 1, standing: 'yes' }, 'standing'],
  [{ advance: 1, frozen: true }, 'frozen'],
])('%j is refused, and what is wrong is named', async (body, word) => {
  const answer = await ask('PUT', '/admin/clock', body);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`"${word}: `)]);
});

test('the clock is for admins', async () => {
  const { token = '' } = await alice();
  expect((await send(site().port, 'GET', '/admin/clock', { token })).status).toBe(403);
  expect((await send(site().port, 'PUT', '/admin/ids', { token, body: { seed: 1 } })).status).toBe(403);
});
