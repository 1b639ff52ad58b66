import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTagway, type Tagway } from '../../dist/src/testing';
import { soon } from '../support/ephemeral';

const cli = join(__dirname, '../../dist/src/cli.js');
const image = '11111111-2222-4333-8444-555555555555';
const project = '0123456789abcdef0123456789abcdef';
const seed = {
  projects: [{ id: project, name: 'alpha' }],
  users: [{ name: 'alice', password: 'wonder-land', roles: { alpha: ['member'] } }],
  accessKeys: [],
  images: [{ id: image, name: 'base', project: 'alpha', tags: ['golden'] }],
};

let gateway: Tagway;
let token: string;

beforeAll(async () => {
  gateway = await startTagway({ seed });
  const domain = { id: 'default' };
  const user = { name: 'alice', password: 'wonder-land', domain };
  const identity = { methods: ['password'], password: { user } };
  const answer = await fetch(`${gateway.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { id: project } } } }),
  });
  token = String(answer.headers.get('X-Subject-Token'));
}, 60_000);

afterAll(() => gateway.stop());
beforeEach(() => gateway.reset());

async function change(method: 'PUT' | 'DELETE', tag: string): Promise<void> {
  const path = `/v2/images/${image}/tags/${encodeURIComponent(tag)}`;
  const answer = await fetch(gateway.url + path, { method, headers: { 'X-Auth-Token': token } });
  expect(answer.status).toBe(204);
}

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: String(process.env['PATH']),
  ...gateway.env,
  ...more,
});

/** What `tagway` prints, and how it ends. */
async function tagway(args: string[], more: Record<string, string> = {}) {
  const ran = promisify(execFile)(process.execPath, [cli, ...args], { env: environment(more) });
  return ran.then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe('tagway history', () => {
  test('shows what became of an image, the newest first, by whom and through what', async () => {
    await change('PUT', 'a b');
    await change('DELETE', 'golden');
    const { stdout } = await tagway(['history', 'base']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^[\d-]{10} [\d:]{8} {2}/, ''));
    expect(lines).toEqual([
      `${image}     3  alice  openstack-images removeTag  -golden`,
      `${image}     2  alice  openstack-images addTag  +"a b"`,
      `${image}     1  operator  seed seed  +golden`,
    ]);
  });

  test('filters, and gives items as the native API has them', async () => {
    for (const tag of ['env=a', 'env=b', 'other']) await change('PUT', tag);
    const { stdout } = await tagway(['history', '--key', 'env', '--json']);
    const items = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { revision: number; added: string[] });
    expect(items.map(({ revision, added }) => [revision, added])).toEqual([
      [3, ['env=b']],
      [2, ['env=a']],
    ]);
    expect((await tagway(['history', '--limit', '2', image])).stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test.each([
    [['history', 'none'], {}, /no image is named none/],
    [['history', '--since', 'yesterday'], {}, /since/],
    [['history', '--limit', '0'], {}, /whole number from 1/],
    [['history'], { OS_PASSWORD: '' }, /OS_PASSWORD is not set/],
    [['history'], { OS_PASSWORD: 'wrong' }, /login at .* was refused: .*requires authentication/],
    [['history'], { OS_AUTH_URL: 'http://127.0.0.1:1/v3' }, /127\.0\.0\.1:1 does not answer/],
    [['watch', '--selector', 'env in ('], {}, /selector/i],
    [['watch', '--after', 'no-token'], {}, /after|token|Last-Event-ID/i],
  ])('%j with %j says what is wrong', async (args, more, words) => {
    const { code, stderr } = await tagway(args, more);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n +at /);
  });
});

describe('tagway watch', () => {
  let proxy: Server;
  let sockets: Set<Socket>;
  let watching: ChildProcess | undefined;

  /** Between the command and the gateway, so that a test can cut the line. */
  beforeEach(async () => {
    sockets = new Set();
    proxy = createServer((socket) => {
      const upstream = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      for (const one of [socket, upstream]) sockets.add(one.on('error', () => undefined));
      socket.pipe(upstream).pipe(socket);
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  afterEach(() => {
    watching?.kill();
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });

  async function watch(...args: string[]): Promise<string[]> {
    const { port } = proxy.address() as { port: number };
    const env = environment({ OS_AUTH_URL: `http://127.0.0.1:${String(port)}/v3` });
    const child = spawn(process.execPath, [cli, 'watch', '--json', ...args], { env, stdio: 'pipe' });
    watching = child;
    const lines: string[] = [];
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += String(chunk);
      lines.splice(0, lines.length, ...out.split('\n').slice(0, -1));
    });
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
    expect(await soon(() => args.includes('--after') || err.includes('watching the project'))).toBe(true);
    return lines;
  }

  const revisions = (lines: string[]): number[] =>
    lines.map((line) => (JSON.parse(line) as { event: { data: { revision: number } } }).event.data.revision);

  test('shows every change once and in order, although the line is cut again and again', async () => {
    const lines = await watch();
    for (let n = 0; n < 20; n++) {
      await change('PUT', `t${String(n)}`);
      if (n % 5 === 4) for (const socket of sockets) socket.destroy();
    }
    expect(await soon(() => lines.length >= 20)).toBe(true);
    expect(revisions(lines)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
  }, 60_000);

  test('goes on after an event that was shown, and shows only what the selector matches', async () => {
    const first = await watch();
    await change('PUT', 'one');
    await change('PUT', 'two');
    expect(await soon(() => first.length === 2)).toBe(true);
    watching?.kill();
    const { id } = JSON.parse(first[0] ?? '') as { id: string };
    const second = await watch('--after', id, '--selector', 'three');
    await change('PUT', 'three');
    expect(await soon(() => second.length === 1)).toBe(true);
    expect(revisions(second)).toEqual([4]);
  }, 60_000);
});
