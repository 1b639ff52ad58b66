import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

/** Each example starts a gateway of its own by `npx tagway --ephemeral`, which finds this checkout. */
jest.setTimeout(300_000);

const root = join(__dirname, '../..');
const cache = temporaryFolder('tagway-cache');
afterAll(() => {
  removeFolder(cache);
});

function isThere(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: string[], env: Readonly<Record<string, string>> = {}): string {
  const ran = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, TAGWAY_CACHE_DIR: cache, ...env },
    encoding: 'utf8',
    timeout: 240_000,
  });
  if (ran.status !== 0)
    throw new Error(`${command} ended with ${String(ran.status)}:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout + ran.stderr;
}

test('the jest example passes', () => {
  const config = JSON.stringify({ rootDir: 'examples/jest', testMatch: ['**/*.test.cjs'] });
  expect(run('npx', ['jest', '--config', config])).toContain('3 passed');
});

(isThere('python3', '-m', 'pytest', '--version') ? test : test.skip)('the pytest example passes', () => {
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'examples/pytest'];
  expect(run('python3', args, { PYTHONDONTWRITEBYTECODE: '1' })).toContain('2 passed');
});

(isThere('go', 'version') ? test : test.skip)('the Go example passes', () => {
  expect(run('go', ['test', './examples/go'], { GO111MODULE: 'off', GOFLAGS: '' })).toContain('ok');
});
