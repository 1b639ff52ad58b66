import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startTagway, type Tagway } from '../../dist/src/testing';
import type { Exchange } from '../../src/recording/exchange';
import { readRecording } from '../../src/recording/recording-file';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { signedHeaders } from '../support/wire';

const cli = join(__dirname, '../../dist/src/cli.js');
const folder = temporaryFolder('tagway-recording');
const file = join(folder, 'recording.jsonl');
const alpha = '0123456789abcdef0123456789abcdef';
const seeded = '11111111-2222-4333-8444-555555555555';
const seed = {
  projects: [{ id: alpha, name: 'alpha' }],
  users: [{ name: 'alice', password: 'wonder-land', roles: { alpha: ['member'] } }],
  accessKeys: [
    { access: 'AKRECORDED0000000001', secret: 'a-long-secret-key', user: 'alice', project: 'alpha' },
  ],
  images: [{ id: seeded, name: 'base', project: 'alpha', visibility: 'private', tags: ['z', 'a'] }],
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function tagway(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const ran = promisify(execFile)(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as Ran,
  );
}

/** Resolves with the proxy's URL. */
async function startRecorder(args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [cli, 'record', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  const url = /^recording (\S+) -> /.exec(line)?.[1];
  if (url === undefined) throw new Error(line);
  return { child, url };
}

async function logIn(url: string, password = 'wonder-land'): Promise<string> {
  const user = { name: 'alice', password, domain: { id: 'default' } };
  const identity = { methods: ['password'], password: { user } };
  const scope = { project: { name: 'alpha', domain: { id: 'default' } } };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  return answer.headers.get('X-Subject-Token') ?? '';
}

/** As Huawei's SDKs do with a proxy: the signature covers the service's own host. */
async function signed(
  proxy: string,
  service: string,
  method: string,
  path: string,
  body?: object,
): Promise<number> {
  const pair = { access: 'AKRECORDED0000000001', secret: 'a-long-secret-key' };
  const { hostname: host, port } = new URL(proxy);
  const content = Buffer.from(body ? JSON.stringify(body) : '');
  const signature = signedHeaders(pair, method, path, Number(new URL(service).port), content);
  const headers = { ...signature, 'Content-Type': 'application/json', 'Content-Length': content.length };
  const sent = request({ host, port, method, path: service + path, headers, agent: false }).end(content);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** Requests of many kinds, refused ones among them. */
async function session(url: string): Promise<void> {
  await logIn(url, 'not-her-password');
  const token = await logIn(url);
  const call = (method: string, path: string, body?: string | Uint8Array, type = 'application/json') =>
    fetch(url + path, {
      method,
      headers: { 'X-Auth-Token': token, ...(body !== undefined && { 'Content-Type': type }) },
      ...(body !== undefined && { body }),
    });
  await call('GET', '/');
  await call('GET', '/v2/images?sort=name:asc');
  const made = await call(
    'POST',
    '/v2/images',
    JSON.stringify({ name: 'new', disk_format: 'raw', container_format: 'bare' }),
  );
  const { id } = (await made.json()) as { id: string };
  await call('PUT', `/v2/images/${id}/file`, Buffer.from('not kept'), 'application/octet-stream');
  await call('GET', `/v2/images/${id}`);
  await call('GET', `/v2/images/${id}/file`);
  for (const tag of ['red', 'b', 'a']) await call('PUT', `/v2/images/${id}/tags/${tag}`);
  await call('GET', `/v2/images?tag=red&marker=${seeded}`);
  const patch = [{ op: 'replace', path: '/name', value: 'newer' }];
  await call(
    'PATCH',
    `/v2/images/${id}`,
    JSON.stringify(patch),
    'application/openstack-images-v2.1-json-patch',
  );
  await call('PATCH', `/v2/images/${id}`, '{', 'text/plain');
  await call('DELETE', `/v2/images/${id}/tags/absent`);
  await fetch(`${url}/v2/images`, { headers: { 'X-Auth-Token': 'never-was-a-token' } });
  const tags = `/v2/${alpha}/images/${id}/tags`;
  const pair = { tag: { key: 'k1', value: 'v 1' } };
  expect(await signed(url, gateway.url, 'POST', tags, pair)).toBe(204);
  expect(await signed(url, gateway.url, 'GET', `/v1/cloudimages/tags?image_id=${id}`)).toBe(200);
  expect(await signed(url, gateway.url, 'GET', tags)).toBe(200);
  await call('DELETE', `/v2/images/${id}`);
  await call('GET', `/v2/images/${id}`);
  await call('DELETE', '/v3/auth/tokens');
}

let gateway: Tagway;
let recorded: readonly Exchange[];

beforeAll(async () => {
  gateway = await startTagway({ seed });
  const { child, url } = await startRecorder(['--upstream', gateway.url, '--output', file]);
  await session(url);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  recorded = await readRecording(file);
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  removeFolder(folder);
});

test('a recording has every exchange, no secret, and is for its owner alone', () => {
  expect(recorded.length).toBeGreaterThan(20);
  expect(recorded.map(({ broken }) => broken).filter((fault) => fault !== undefined)).toEqual([]);
  const text = readFileSync(file, 'utf8');
  for (const secret of [
    'wonder-land',
    'not-her-password',
    'never-was-a-token',
    'AKRECORDED',
    'a-long-secret-key',
    '127.0.0.1',
  ])
    expect(text).not.toContain(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['as it is', '$2,$3'],
  ['with the roles of tokens in another order, as Keystone has them', '$3,$2'],
])('played to a fresh Tagway, a recording of Tagway shows no difference, %s', async (_, order) => {
  const roles = /(\\"roles\\":\[)(\{[^{}]*\}),(\{[^{}]*\})\]/g;
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(roles);
  const played = join(folder, 'played.jsonl');
  writeFileSync(played, text.replace(roles, `$1${order}]`));
  const { code, stdout, stderr } = await tagway(['recording', 'replay', played]);
  const words = `${String(recorded.length)} of ${String(recorded.length)} exchanges are answered as recorded\n`;
  expect([stderr, stdout, code]).toEqual(['', words, 0]);
});

test('what is answered otherwise is shown, with the place, and is the exit code', async () => {
  const altered = join(folder, 'altered.jsonl');
  // With a space, as answers have it and not requests.
  const text = readFileSync(file, 'utf8').replace('\\"name\\": \\"new\\"', '\\"name\\": \\"old\\"');
  writeFileSync(altered, text.replace(/"status":204,"reason":"No Content"/, '"status":200,"reason":"OK"'));
  const { code, stdout } = await tagway(['recording', 'replay', altered]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /#\d+ PUT \/v2\/images\/[0-9a-f-]{36}\/file\n {2}status\n {4}recorded: HTTP\/1\.1 200 OK\n {4}here: {5}HTTP\/1\.1 204 No Content\n/,
  );
  expect(stdout).toMatch(
    /#\d+ POST \/v2\/images\n {2}body\n {4}recorded: .*"name": "old".*\n {4}here: {5}.*"name": "new"/,
  );
  expect(stdout).toContain(
    `${String(recorded.length - 2)} of ${String(recorded.length)} exchanges are answered as recorded\n`,
  );
});

test('its seed starts a gateway, which it is played to by URL', async () => {
  const seedFile = join(folder, 'seed.json');
  const { stdout } = await tagway(['recording', 'seed', file]);
  writeFileSync(seedFile, stdout);
  const made = JSON.parse(stdout) as typeof seed;
  expect(made.projects).toEqual([{ id: alpha, name: 'alpha' }]);
  const image = { ...seed.images[0], project: alpha };
  expect(made.images).toEqual([{ ...image, tags: expect.arrayContaining(['a', 'z']) as string[] }]);
  expect(made.users.map(({ name, roles }) => [name, roles])).toContainEqual([
    'alice',
    { [alpha]: ['member'] },
  ]);
  const other = await startTagway({ seed: seedFile });
  try {
    const ran = await tagway(['recording', 'replay', file, '--against', other.url, '--seed', seedFile]);
    expect([ran.stderr, ran.code]).toEqual(['', 0]);
    expect(ran.stdout).toMatch(/^\d+ of \d+ exchanges are answered as recorded\n$/);
  } finally {
    await other.stop();
  }
});

test('its calls are what assertCalls takes', async () => {
  const { stdout } = await tagway(['recording', 'calls', file]);
  const calls = JSON.parse(stdout) as string[];
  expect(calls).toEqual(
    expect.arrayContaining(['POST /v2/images 201', 'PUT /v2/images/*/tags/red 204', 'GET /v2/images/* 404']),
  );
  expect(calls.filter((call) => call.includes('/v3'))).toEqual([]);
});

test('mistakes are said', async () => {
  const mistakes: [args: string[], sentence: RegExp][] = [
    [['record'], /required option '--upstream <url>' not specified/],
    [['record', '--upstrem', 'http://h'], /unknown option '--upstrem'\n\(Did you mean --upstream\?\)/],
    [['record', '--upstream', 'glance'], /^tagway: glance is not the URL of a service: give one such as /],
    [['record', '--upstream', 'http://u:p@h'], /must not have a user or a password/],
    [['record', '--upstream', 'http://h', '--output', file], /recording\.jsonl exists: name another file/],
    [['recording', 'replay', cli], /is not a recording of "tagway record"/],
    [['recording', 'calls', join(folder, 'absent')], /ENOENT/],
  ];
  await Promise.all(
    mistakes.map(async ([args, sentence]) => {
      expect((await tagway(args)).stderr).toMatch(sentence);
    }),
  );
}, 30_000);

test('half a last line is what a recorder leaves that was killed', async () => {
  const cut = join(folder, 'cut.jsonl');
  writeFileSync(cut, readFileSync(file, 'utf8').slice(0, -100));
  expect((await readRecording(cut)).length).toBe(recorded.length - 1);
  writeFileSync(cut, readFileSync(file, 'utf8').replace('\n{"number"', '\n{number"'));
  await expect(readRecording(cut)).rejects.toThrow(/line 2 is not an exchange/);
});
