import { join } from 'node:path';
import { connectTagway, type Tagway, type TagwayProject, startTagway } from '../../dist/src/testing';
import type { NewFault } from '../../dist/src/testing';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { run } from './command';

/** Each kind of fault as real clients take it: as they take the same fault of a network or a server. */
jest.setTimeout(120_000);

const home = temporaryFolder('tagway-faults');
let gateway: Tagway;
let project: TagwayProject;
let image: string;

beforeAll(async () => {
  gateway = await startTagway();
  project = await gateway.project();
  const body = JSON.stringify({ name: 'base', disk_format: 'raw', container_format: 'bare' });
  image = ((await (await project.fetch('/v2/images', { method: 'POST', body })).json()) as { id: string }).id;
});

afterAll(async () => {
  await gateway.stop();
  removeFolder(home);
});

beforeEach(() => project.fetch(`/v2/images/${image}/tags/red`, { method: 'DELETE' }));
afterEach(() => gateway.faults.clear());

const add = (fault: NewFault): Promise<unknown> => gateway.faults.add({ project: project.id, ...fault });
const tags = async (): Promise<unknown> =>
  ((await (await project.fetch(`/v2/images/${image}`)).json()) as { tags: unknown }).tags;

/** @returns curl's exit code (see its manual) and the status that it saw */
async function curl(method: string, path: string, ...options: string[]): Promise<[number, string]> {
  const token = await project.token();
  const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{size_download}', '-X', method, ...options];
  const { code, out } = await run(
    home,
    {},
    'curl',
    ...args,
    '-H',
    `X-Auth-Token: ${token}`,
    `${gateway.url}${path}`,
  );
  return [code, out];
}

const one = (): string => `/v2/images/${image}`;
const red = (): string => `${one()}/tags/red`;

describe('curl', () => {
  test.each([
    ['an empty reply (52), and nothing is done', { cut: 'before-work' }, 52, []],
    ['a reset (56), and nothing is done', { cut: 'before-work', reset: true }, 56, []],
    ['an empty reply (52), and it is done', { cut: 'before-answer' }, 52, ['red']],
    ['success, and it is not done', { lost: true }, 0, []],
  ] as const)('%s', async (_, fault, code, then) => {
    await add({ method: 'PUT', ...fault });
    expect((await curl('PUT', red()))[0]).toBe(code);
    expect(await tags()).toEqual(then);
  });

  test.each([
    ['a partial file (18)', { cut: 'in-answer' }],
    ['a partial file (18) where more is announced than comes', { wrongLength: 5 }],
  ] as const)('%s', async (_, fault) => {
    await add({ method: 'GET', ...fault });
    const [code, out] = await curl('GET', one());
    expect([code, out.slice(0, 3)]).toEqual([18, '200']);
  });

  test('less than there is, where less is announced', async () => {
    const [, whole] = await curl('GET', one());
    await add({ method: 'GET', wrongLength: -5 });
    const [code, out] = await curl('GET', one());
    expect([code, Number(out.slice(4))]).toEqual([0, Number(whole.slice(4)) - 5]);
  });

  test('a timeout (28) where bytes come slowly, and all of them without one', async () => {
    await add({ method: 'GET', slow: 300, times: 2 });
    expect((await curl('GET', one(), '--max-time', '0.5'))[0]).toBe(28);
    const [code, out] = await curl('GET', one());
    expect([code, out.slice(0, 3)]).toEqual([0, '200']);
  });

  test('two answers over two connections, where one ends after its answer', async () => {
    await add({ method: 'GET', cut: 'after-answer' });
    const url = `${gateway.url}${one()}`;
    const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{num_connects};', '-H'];
    const token = `X-Auth-Token: ${await project.token()}`;
    const { code, out } = await run(home, {}, 'curl', ...args, token, url, '-o', '/dev/null', url);
    expect([code, out]).toEqual([0, '200 1;200 1;']);
    const undisturbed = await run(home, {}, 'curl', ...args, token, url, '-o', '/dev/null', url);
    expect(undisturbed.out).toBe('200 1;200 0;');
  });
});

describe("Node's fetch", () => {
  const failure = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { cause?: { code?: string } },
    );
    return `${error?.message ?? 'none'} ${error?.cause?.code ?? ''}`.trim();
  };

  test.each([
    [{ cut: 'before-work' }, 'fetch failed UND_ERR_SOCKET', []],
    [{ cut: 'before-work', reset: true }, 'fetch failed ECONNRESET', []],
    [{ cut: 'before-answer' }, 'fetch failed UND_ERR_SOCKET', ['red']],
    [{ lost: true }, 'none', []],
  ] as const)('%j: %s', async (fault, words, then) => {
    await add({ method: 'PUT', ...fault });
    expect(await failure(project.fetch(red(), { method: 'PUT' }))).toBe(words);
    expect(await tags()).toEqual(then);
  });

  test.each([{ cut: 'in-answer' }, { wrongLength: 5 }] as const)(
    '%j: terminated in the body',
    async (fault) => {
      await add({ method: 'GET', ...fault });
      const answer = await project.fetch(one());
      expect(answer.status).toBe(200);
      expect(await failure(answer.text())).toBe('terminated UND_ERR_SOCKET');
    },
  );

  test('less is announced: JSON that ends too early', async () => {
    await add({ method: 'GET', wrongLength: -5 });
    expect(await failure((await project.fetch(one())).json())).toMatch(/JSON|terminated/);
  });

  test('slow: given up by a timeout', async () => {
    await add({ method: 'GET', slow: 300 });
    const signal = AbortSignal.timeout(500);
    const work = project.fetch(one(), { signal }).then((answer) => answer.text());
    expect(await failure(work)).toMatch(/aborted/);
  });
});

test('openstacksdk, which sends again what got no answer, and takes half a document for an empty one', async () => {
  const env = {
    TEST_TAGWAY: JSON.stringify(gateway.announced),
    PLUGIN: join(__dirname, '../../clients/python'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const ran = await run(home, env, '/usr/bin/python3', join(__dirname, 'programs/faults.py'));
  expect(ran.err).toBe('');
  // What it returned or raised, the tags then, and the statuses of what it sent.
  expect(JSON.parse(ran.out)).toEqual({
    status: ['HttpException', [], [500]],
    'before-work': ['ok', ['red'], [499, 204]],
    reset: ['ok', ['red'], [499, 204]],
    'before-answer': ['ok', ['red'], [499, 204]],
    'in-answer': ['no name', [], [499]],
    'after-answer': [['base', 'base'], [], [200, 200]],
    slow: ['base', [], [200], true],
    more: ['base', [], [200]],
    less: ['no name', [], [200]],
    lost: ['ok', [], [204]],
    expire: ['base', [], [401, 200]],
  });
});

test('a gateway of another process is used by what it announced', async () => {
  process.env['TEST_TAGWAY'] = JSON.stringify(gateway.announced);
  const other = await connectTagway();
  Reflect.deleteProperty(process.env, 'TEST_TAGWAY');
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
  await other.stop();
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  await expect(connectTagway()).rejects.toThrow('TEST_TAGWAY is not set');
});
