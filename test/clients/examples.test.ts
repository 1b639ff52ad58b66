import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

/** Each example starts a gateway of its own, by the package that this checkout is. */
jest.setTimeout(300_000);

const root = join(__dirname, '../..');
const cache = temporaryFolder('tagway-cache');
afterAll(() => {
  removeFolder(cache);
});

function isThere(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

interface Place {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

function run(command: string, args: string[], { env, cwd = '.' }: Place = {}): string {
  const ran = spawnSync(command, args, {
    cwd: join(root, cwd),
    env: { ...process.env, TAGWAY_CACHE_DIR: cache, ...env },
    encoding: 'utf8',
    timeout: 240_000,
  });
  if (ran.status !== 0)
    throw new Error(`${command} ended with ${String(ran.status)}:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout + ran.stderr;
}

test('the jest example passes', () => {
  const args = ['jest', '--config', 'examples/jest/jest.config.cjs', '--rootDir', 'examples/jest'];
  expect(run('npx', args)).toContain('5 passed');
});

test('the Vitest example passes', () => {
  expect(run('npx', ['vitest', 'run', '--root', 'examples/vitest', '--no-color'])).toMatch(/Tests +2 passed/);
});

test('the example for Node passes', () => {
  const args = ['--require', 'tagway/node-test/gateway', '--test', 'examples/node-test/tags.test.mjs'];
  expect(run(process.execPath, args)).toMatch(/pass 2\b/);
});

// The Python that Debian's openstacksdk belongs to.
const python = '/usr/bin/python3';

(isThere(python, '-m', 'pytest', '--version') ? test : test.skip)('the pytest example passes', () => {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'examples/pytest'];
  expect(run(python, args, { env: { PYTHONDONTWRITEBYTECODE: '1' } })).toContain('5 passed');
});

(isThere('go', 'version') ? test : test.skip)('the Go example passes', () => {
  const env = { GOFLAGS: '-mod=mod', GOPROXY: 'off', GO111MODULE: 'on' };
  expect(run('go', ['test', './...'], { env, cwd: 'examples/go' })).toContain('ok');
});
