import { testGateway } from '../support/gateway';
import { testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });

const get = (path: string, token?: string) =>
  send(given().port, 'GET', path, token === undefined ? {} : { token });

interface Statistics {
  readonly images: number;
  readonly untagged: number;
  readonly keys: { count: number; most: [string, number][] };
  readonly values: { key: string; most: [string, number][] };
  readonly growth: { since: string; days: number; created: [string, number][] };
}

beforeAll(async () => {
  const bodies = [
    { name: 'one', tags: ['env=prod', 'golden'] },
    { name: 'two', tags: ['env=test'] },
    { name: 'three' },
  ];
  for (const body of bodies) {
    const made = await send(given().port, 'POST', '/v2/images', { token: 'alice', body });
    expect(made.status).toBe(201);
  }
});

test('statistics are of the caller\u2019s own project', async () => {
  const mine = (await get('/console/api/statistics', 'alice')).json<Statistics>();
  expect(mine).toMatchObject({
    images: 3,
    untagged: 1,
    tags: 3,
    keys: {
      count: 2,
      most: [
        ['env', 2],
        ['golden', 1],
      ],
    },
    values: {
      key: 'env',
      most: [
        ['prod', 1],
        ['test', 1],
      ],
    },
  });
  expect(mine.growth.created.reduce((sum, [, images]) => sum + images, 0)).toBe(3);
  expect((await get('/console/api/statistics', 'bob')).json<Statistics>()).toMatchObject({ images: 0 });
  expect((await get('/console/api/statistics', 'admin')).json<Statistics>()).toMatchObject({ images: 0 });
});

test('growth begins 89 days ago, so that it ends today', async () => {
  const { growth } = (await get('/console/api/statistics', 'alice')).json<Statistics>();
  const days = (Date.parse(new Date().toISOString().slice(0, 10)) - Date.parse(growth.since)) / 86_400_000;
  expect(growth.days).toBe(90);
  // A day more when midnight came between the answer and here.
  expect([89, 90]).toContain(days);
});

test('a key may be asked for, and must be one that could be', async () => {
  const found = await get('/console/api/statistics?key=golden', 'alice');
  expect(found.json<Statistics>().values).toEqual({ key: 'golden', count: 1, most: [['', 1]] });
  for (const key of ['%00', 'k'.repeat(256)]) {
    expect((await get(`/console/api/statistics?key=${key}`, 'alice')).status).toBe(400);
  }
});

test.each(['/console/api/statistics', '/console/api/session'])('%s needs credentials', async (path) => {
  const answer = await get(path);
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'X-Auth-Token']);
  expect((await get(path, 'wrong')).json<{ error: object }>().error).toMatchObject({ code: 401 });
});

test('whoever may read no images may read no statistics', async () => {
  for (const token of ['nobody', 'unscoped', 'domain', 'system']) {
    expect((await get('/console/api/statistics', token)).status).toBe(403);
  }
});

test('a session says who calls, and what they may look at', async () => {
  expect((await get('/console/api/session', 'alice')).json()).toMatchObject({
    user: 'somebody',
    roles: ['member'],
    isAdmin: false,
  });
  expect((await get('/console/api/session', 'admin')).json()).toMatchObject({ isAdmin: true });
});

test('everybody is told how to sign in', async () => {
  expect((await get('/console/api/about')).json()).toEqual({
    identity: 'embedded',
    admin: false,
    tagText: 'equals',
  });
});

test('the page runs nothing but its own files, and nobody keeps or frames it', async () => {
  const page = await get('/console/');
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
  expect(files.map((path) => path.replace(/^.*\./, '')).sort()).toEqual(['css', 'js', 'svg']);
  expect(page.text).not.toMatch(
    /<script(?! type="module" crossorigin src="\/console\/)|<style|\sstyle=|\son\w+=/,
  );
  for (const path of ['/console/', ...files, '/console/api/about']) {
    const { status, headers } = await get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test('/console leads to /console/', async () => {
  const { status, headers } = await get('/console');
  expect([status, headers.location]).toEqual([308, '/console/']);
});

test.each(['/console/none', '/console/../package.json', '/console/%2e%2e/router.js', '/console/api/none'])(
  '%s is no page',
  async (path) => {
    const { status, text } = await get(path, 'alice');
    expect(status).not.toBe(200);
    expect(text).not.toContain('"dependencies"');
  },
);

test('nothing is changed here', async () => {
  const { status, headers } = await send(given().port, 'POST', '/console/api/statistics', { token: 'alice' });
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});
