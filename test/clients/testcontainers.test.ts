import { execFile, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type StubEngine, startContainerEngine } from '../support/container-engine';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

/*
 * The modules for Testcontainers with the libraries themselves, from their registries, against a stub of the engine's API:
 * no engine is needed, and none is tested.
 */

jest.setTimeout(600_000);

const root = join(__dirname, '../..');
const folder = temporaryFolder('tagway-testcontainers');
let engine: StubEngine;

beforeEach(async () => {
  engine = await startContainerEngine('tagway:0.1.0');
});
afterEach(async () => {
  const { unknown } = engine;
  const left = engine.left();
  await engine.close();
  expect([unknown, left]).toEqual([[], 0]);
});
afterAll(() => {
  removeFolder(folder);
});

async function run(cwd: string, command: string, args: string[], more: Record<string, string> = {}) {
  const env = {
    ...process.env,
    DOCKER_HOST: engine.url,
    // The stub ends its children itself.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    // Where these tests run in a container themselves, Python's library would look for its neighbour.
    TESTCONTAINERS_CONNECTION_MODE: 'docker_host',
    NODE_OPTIONS: '',
    ...more,
  };
  const ran = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: unknown) => {
      const { message, stdout, stderr } = error as { message: string; stdout: string; stderr: string };
      throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
    },
  );
  return ran.stdout + ran.stderr;
}

/** A copy, so that nothing is built in the checkout. */
function copyOf(path: string, name: string): string {
  const place = join(folder, name);
  cpSync(join(root, path), place, { recursive: true });
  return place;
}

test('Node', async () => {
  const place = copyOf('examples/testcontainers/node', 'node');
  const packages = ['testcontainers@11.7.2', join(root, 'clients/node')];
  await run(place, 'npm', [
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    '--no-save',
    '--install-links',
    ...packages,
  ]);
  expect(await run(place, process.execPath, ['--test'])).toMatch(/pass 2\n/);
  expect(engine.created()).toBe(3);
});

test('Python', async () => {
  const place = copyOf('examples/testcontainers/python', 'python');
  await run(place, 'python3', ['-m', 'venv', 'venv']);
  const python = join(place, 'venv/bin/python');
  await run(place, python, [
    '-m',
    'pip',
    'install',
    '-q',
    '--disable-pip-version-check',
    'testcontainers==4.13.3',
    'pytest==8.4.2',
  ]);
  const env = { PYTHONPATH: join(root, 'clients/python'), PYTHONDONTWRITEBYTECODE: '1' };
  expect(await run(place, python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], env)).toContain(
    '2 passed',
  );
});

const goVersion = /go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout)?.[1];

// The library's own needs; Debian 12 has an older one.
(Number(goVersion) >= 24 ? test : test.skip)('Go (1.24 or newer)', async () => {
  const module = copyOf('clients/go/tagwaycontainer', 'go/tagwaycontainer');
  const place = copyOf('examples/testcontainers/go', 'go/example');
  const env = { GOFLAGS: '-mod=mod' };
  await run(place, 'go', ['mod', 'edit', `-replace=tagway/go/tagwaycontainer=${module}`], env);
  expect(await run(place, 'go', ['test', './...'], env)).toContain('ok');
});

test('Java', async () => {
  const place = copyOf('clients/java', 'java');
  expect(await run(place, 'mvn', ['--batch-mode', '--no-transfer-progress', 'test'])).toMatch(
    /Tests run: 1, Failures: 0, Errors: 0/,
  );
});
