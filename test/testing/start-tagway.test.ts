import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTagway, type Tagway } from '../../dist/src/testing';
import { soon } from '../support/ephemeral';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { isAlive } from '../support/worker-gateways';

const entry = join(__dirname, '../../dist/src/testing');
const project = '0123456789abcdef0123456789abcdef';
const seed = {
  projects: [{ id: project, name: 'alpha' }],
  users: [{ name: 'alice', password: 'wonder-land', roles: { alpha: ['member'] } }],
  accessKeys: [{ access: 'AKALICE', secret: 'alices-secret', user: 'alice', project: 'alpha' }],
  images: [{ id: '11111111-2222-4333-8444-555555555555', name: 'base', project: 'alpha', tags: ['golden'] }],
};
const image = '/v2/images/11111111-2222-4333-8444-555555555555';

/** A token by what the clients of OpenStack read from the environment. */
async function login({ authUrl, env }: Tagway): Promise<string> {
  const domain = { name: env['OS_USER_DOMAIN_NAME'] };
  const user = { name: env['OS_USERNAME'], password: env['OS_PASSWORD'], domain };
  const scope = {
    project: { name: env['OS_PROJECT_NAME'], domain: { name: env['OS_PROJECT_DOMAIN_NAME'] } },
  };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password: { user } }, scope } }),
  });
  expect(answer.status).toBe(201);
  return String(answer.headers.get('X-Subject-Token'));
}

describe('a gateway with a seed', () => {
  let gateway: Tagway;
  let headers: { 'X-Auth-Token': string };

  beforeAll(async () => {
    gateway = await startTagway({ seed, env: { TAGWAY_IMAGE_TAG_QUOTA: '2' } });
    headers = { 'X-Auth-Token': await login(gateway) };
  }, 60_000);

  afterAll(() => gateway.stop());

  const put = async (tag: string): Promise<number> =>
    (await fetch(`${gateway.url}${image}/tags/${tag}`, { method: 'PUT', headers })).status;
  const tags = async (): Promise<unknown> => {
    const answer = await fetch(`${gateway.url}${image}`, { headers });
    return ((await answer.json()) as { tags: unknown }).tags;
  };

  test('has the credentials of the first user, in the variables of both kinds of clients', () => {
    expect(gateway.credentials).toMatchObject({ user: 'alice', project: 'alpha', projectId: project });
    expect(gateway.env).toMatchObject({
      OS_AUTH_URL: `${gateway.url}/v3`,
      OS_USERNAME: 'alice',
      OS_PASSWORD: 'wonder-land',
      OS_PROJECT_NAME: 'alpha',
      HUAWEICLOUD_SDK_AK: 'AKALICE',
      HUAWEICLOUD_SDK_SK: 'alices-secret',
      HUAWEICLOUD_SDK_PROJECT_ID: project,
    });
  });

  test('takes settings of dialects, and is put back to its seed', async () => {
    expect([await put('tested'), await put('one-too-many')]).toEqual([204, 413]);
    await gateway.reset();
    expect(await tags()).toEqual(['golden']);
  });

  test.each([
    ['everything', undefined],
    ['one project', project],
  ])('a snapshot of %s brings the tags back', async (_, projectId) => {
    const handle = await gateway.snapshot(projectId);
    expect(await put('tested')).toBe(204);
    expect(await tags()).toEqual(['golden', 'tested']);
    await gateway.restore(handle);
    expect(await tags()).toEqual(['golden']);
    await expect(gateway.restore(`${handle}x`)).rejects.toThrow(/was answered 404/);
    await put('tested');
    await gateway.reset(projectId);
    expect(await tags()).toEqual(['golden']);
  });

  test('fails on request, and shows what was asked of it', async () => {
    const fault = await gateway.faults.add({
      surface: 'openstack-images',
      method: 'PUT',
      status: 503,
      times: 1,
    });
    expect(await gateway.faults.list()).toMatchObject([{ id: fault.id, status: 503 }]);
    await gateway.journal.clear();
    expect([await put('tested'), await put('tested')]).toEqual([503, 204]);
    const { entries, next } = await gateway.journal.read({ surface: 'openstack-images' });
    expect(entries.map(({ method, status }) => `${method} ${String(status)}`)).toEqual([
      'PUT 503',
      'PUT 204',
    ]);
    expect((await gateway.journal.read({ since: next })).entries).toEqual([]);
    await expect(gateway.faults.add({ status: 200 })).rejects.toThrow(
      /POST \/admin\/faults was answered 400/,
    );
  });
});

test('a state that was saved is what the next gateway has, and goes back to; the file is for its owner alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-saved-'));
  const file = join(folder, 'suite.tgw');
  const first = await startTagway({ seed });
  const tags = async ({ url, credentials }: Tagway, method = 'GET', tag = ''): Promise<unknown> => {
    const headers = { 'X-Auth-Token': credentials.admin.token };
    if (tag !== '') await fetch(`${url}${image}/tags/${tag}`, { method, headers });
    return ((await (await fetch(`${url}${image}`, { headers })).json()) as { tags: unknown }).tags;
  };
  await tags(first, 'PUT', 'saved');
  await first.saveState(file);
  const { credentials } = first;
  await first.stop();
  expect(readdirSync(folder)).toEqual(['suite.tgw']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const second = await startTagway({ state: file });
  rmSync(folder, { recursive: true });
  try {
    const { token, ...admin } = second.credentials.admin;
    expect({ ...second.credentials, admin }).toEqual({
      ...credentials,
      admin: { user: admin.user, password: admin.password, project: 'alpha' },
    });
    expect(token).not.toBe(credentials.admin.token);
    expect(await login(second)).not.toBe('null');
    expect(await tags(second, 'PUT', 'later')).toEqual(['golden', 'later', 'saved']);
    await second.reset();
    expect(await tags(second)).toEqual(['golden', 'saved']);
    await expect(second.saveState('/nowhere/suite.tgw')).rejects.toThrow(/ENOENT/);
  } finally {
    await second.stop();
  }
}, 60_000);

test('gateways run side by side, and leave nothing when they stop', async () => {
  const gateways = await Promise.all([startTagway(), startTagway()]);
  const folders = gateways.map(({ pid }) => join('/proc', String(pid)));
  expect(new Set(gateways.map(({ url }) => url)).size).toBe(2);
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await gateways[0].stop();
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
}, 60_000);

test.each([
  ['a seed with a fault', { seed: { users: [{ name: 7 }] } }, /users/],
  ['a seed file that is missing', { seed: '/nowhere/seed.json' }, /\/nowhere\/seed\.json/],
  [
    'a state file that is missing',
    { state: '/nowhere/suite.tgw' },
    /suite\.tgw cannot be used: there is no such/,
  ],
  ['a state beside a seed', { state: 's.tgw', seed: 's.json' }, /--seed and --state exclude each other/],
  ['a port that is no number', { port: 70_000 }, /port/i],
  ['no time', { timeoutMs: 1 }, /not ready after 1 ms/],
])('%s is reported in the words of the gateway', async (_, options, words) => {
  await expect(startTagway(options)).rejects.toThrow(words);
});

test.each([
  ['CommonJS', `require(${JSON.stringify(entry)})`],
  ['ESM', `await import(${JSON.stringify(join(entry, 'index.js'))})`],
])(
  'a runner of %s that is killed takes its gateway along',
  async (_, imported) => {
    const script = `(async () => { const { startTagway } = ${imported}; console.log((await startTagway()).pid); setInterval(() => {}, 1000); })()`;
    const runner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(runner.stdout, 'data')) as [Buffer];
    expect(isAlive(Number(String(pid)))).toBe(true);
    runner.kill('SIGKILL');
    expect(await soon(() => !isAlive(Number(String(pid))))).toBe(true);
  },
  60_000,
);

test('a runner that is killed during a start leaves no seed with passwords', async () => {
  const folder = temporaryFolder('tagway-killed');
  const script = `require(${JSON.stringify(entry)}).startTagway({ seed: ${JSON.stringify(seed)} });`;
  const runner = spawn(process.execPath, ['-e', script], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder },
  });
  const seeds = (): string[] =>
    readdirSync(folder).filter((name) => existsSync(join(folder, name, 'seed.json')));
  expect(await soon(() => seeds().length > 0)).toBe(true);
  runner.kill('SIGKILL');
  expect(await soon(() => readdirSync(folder).length === 0)).toBe(true);
  removeFolder(folder);
}, 60_000);

test('importing has no effect, and a runner that forgets to stop its gateway ends', async () => {
  const script = `const { startTagway } = require(${JSON.stringify(entry)}); startTagway().then(({ pid }) => console.log(pid));`;
  const runner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [[pid]] = (await Promise.all([once(runner.stdout, 'data'), once(runner, 'close')])) as [
    [Buffer],
    unknown,
  ];
  expect(await soon(() => !isAlive(Number(String(pid))))).toBe(true);
  const idle = spawn(process.execPath, ['-e', `require(${JSON.stringify(entry)})`], { stdio: 'inherit' });
  expect(await once(idle, 'close')).toEqual([0, null]);
}, 60_000);
