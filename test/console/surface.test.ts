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

interface Page {
  readonly total: number;
  readonly images: readonly { name: string; tags: string[] }[];
}

async function found(query: string, token = 'alice'): Promise<[number, string[]]> {
  const { total, images } = (await get(`/console/api/images?${query}`, token)).json<Page>();
  return [total, images.map(({ name }) => name)];
}

test('images are searched, sorted and read by pages, of the caller\u2019s own project', async () => {
  expect(await found('sort=name&order=asc')).toEqual([3, ['one', 'three', 'two']]);
  expect(await found('sort=name&order=desc&limit=1&offset=1')).toEqual([3, ['three']]);
  expect(await found('q=env%3D*+-env%3Dtest')).toEqual([1, ['one']]);
  expect(await found('q=untagged')).toEqual([1, ['three']]);
  expect(await found('q=T&sort=name&order=asc')).toEqual([2, ['three', 'two']]);
  const selector = (text: string) => `sort=name&order=asc&q=${encodeURIComponent(text)}`;
  expect(await found(selector('selector:env notin (test)'))).toEqual([2, ['one', 'three']]);
  expect(await found(selector('one selector: env, env in (prod, "x y")'))).toEqual([1, ['one']]);
  expect(await found('status=active')).toEqual([0, []]);
  expect(await found('visibility=shared&q=one')).toEqual([1, ['one']]);
  expect(await found('', 'bob')).toEqual([0, []]);
});

test.each([
  ['q=%22open', 'A quotation mark is not closed.'],
  ['q=selector:a%20is%20b', 'Selector: Expected an operator at character 3.'],
  ['q=%00', '“q” must be text.'],
  ['sort=owner', '“sort” must be one of created, updated, name, status, size.'],
  ['limit=0', '“limit” must be a whole number from 1 to 100.'],
  ['status=gone', '“status” must be one of queued, saving, uploading, importing, active, deactivated.'],
])('a search with %s is a 400 that says why', async (query, message) => {
  const { status, text } = await get(`/console/api/images?${query}`, 'alice');
  expect([status, JSON.parse(text)]).toMatchObject([400, { error: { message } }]);
});

test('keys and values are suggested by their beginning, the most used first', async () => {
  const items = async (query: string, token = 'alice') =>
    (await get(`/console/api/suggestions?${query}`, token)).json<{ items: unknown[] }>().items;
  expect(await items('')).toEqual([
    ['env', 2],
    ['golden', 1],
  ]);
  expect(await items('prefix=go')).toEqual([['golden', 1]]);
  expect(await items('key=env&prefix=t')).toEqual([['test', 1]]);
  expect(await items('prefix=%25')).toEqual([]);
  expect(await items('', 'bob')).toEqual([]);
});

test('files are compressed for clients that can read it', async () => {
  const path = /src="([^"]+)"/.exec((await get('/console/')).text)?.[1] ?? '';
  const plain = await fetch(given().url + path, { headers: { 'Accept-Encoding': 'identity' } });
  const zipped = await fetch(given().url + path, { headers: { 'Accept-Encoding': 'gzip' } });
  expect([plain.headers.get('content-encoding'), zipped.headers.get('content-encoding')]).toEqual([
    null,
    'gzip',
  ]);
  expect(await zipped.text()).toBe(await plain.text());
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

test.each([
  '/console/api/statistics',
  '/console/api/session',
  '/console/api/images',
  '/console/api/suggestions',
])('%s needs credentials', async (path) => {
  const answer = await get(path);
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'X-Auth-Token']);
  expect((await get(path, 'wrong')).json<{ error: object }>().error).toMatchObject({ code: 401 });
});

test('who may read no images may read nothing of them here', async () => {
  for (const token of ['nobody', 'unscoped', 'domain', 'system']) {
    for (const path of ['statistics', 'images', 'suggestions']) {
      expect((await get(`/console/api/${path}`, token)).status).toBe(403);
    }
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

test('how to sign in is said without credentials', async () => {
  expect((await get('/console/api/about')).json()).toEqual({
    identity: 'embedded',
    admin: false,
    tagText: 'equals',
  });
});

test('the page runs nothing but its own files, and cannot be framed', async () => {
  const page = await get('/console/');
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
  expect([...new Set(files.map((path) => path.replace(/^.*\./, '')))].sort()).toEqual(['css', 'js', 'svg']);
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
    expect(headers['cache-control']).toBe(
      path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    );
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
