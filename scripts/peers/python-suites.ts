import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow, runProgram } from './command';
import type { PeerTest } from './result';
import type { Site } from './site';
import type { Place, Suite } from './suite';

/** What the tests of these packages import beside them. Exact, so that a run can be repeated. */
const tools = [
  'stestr==4.2.1',
  'oslotest==6.1.1',
  'requests-mock==1.12.1',
  'testscenarios==0.7.0',
  'tempest==47.0.0',
];

interface PythonSuite {
  readonly name: string;
  /** `python-glanceclient==4.13.0` */
  readonly packages: readonly string[];
  /** Packages and modules of tests. */
  readonly modules: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function pythonSuite({ name, packages, modules, env = {} }: PythonSuite): Suite {
  return {
    name,
    client: (packages[0] ?? '').replace('==', ' '),
    run: async (place, site) => {
      const venv = await venvWith(place, [...packages, ...tools]);
      // A test of openstacksdk uploads this file of its repository.
      writeFileSync(join(place.folder, 'CONTRIBUTING.rst'), 'Contributing\n');
      return runTests({ venv, modules, place, env: { ...pythonEnvironment(venv, site), ...env } });
    },
  };
}

function pythonEnvironment(venv: string, site: Site): Record<string, string> {
  return {
    OS_CLIENT_CONFIG_FILE: site.cloudsFile,
    OS_CLOUD: 'devstack-admin',
    OS_GLANCECLIENT_EXEC_DIR: join(venv, 'bin'),
    PATH: pathWith(venv),
    // Tests that wait for a state of an image give up after this many seconds.
    OPENSTACKSDK_FUNC_TEST_TIMEOUT: '30',
  };
}

export function pathWith(venv: string): string {
  return `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}`;
}

/** A virtual environment with exactly these packages, made once per list. */
export async function venvWith({ cache, show }: Place, packages: readonly string[]): Promise<string> {
  const venv = join(
    cache,
    packages
      .join('+')
      .replace(/[^\w.+-]/g, '-')
      .slice(0, 80),
  );
  const marker = join(venv, 'complete');
  if (existsSync(marker)) return venv;
  await runOrThrow('python3', ['-m', 'venv', '--clear', venv], { cwd: cache, show });
  await runOrThrow(join(venv, 'bin/pip'), ['install', '--quiet', ...packages], { cwd: cache, show });
  writeFileSync(marker, packages.join('\n'));
  return venv;
}

interface TestRun {
  readonly venv: string;
  readonly modules: readonly string[];
  readonly place: Place;
  readonly env: Readonly<Record<string, string>>;
}

/** In the order in which unittest finds them. */
async function runTests({ venv, modules, place, env }: TestRun): Promise<readonly PeerTest[]> {
  const python = join(venv, 'bin/python');
  const program = join(__dirname, 'run_tests.py');
  const { out } = await runProgram(python, [program, ...modules], {
    cwd: place.folder,
    env,
    show: place.show,
  });
  return testsIn(out);
}

/** A line of JSON for each test, among other lines. */
export function testsIn(out: string): readonly PeerTest[] {
  const lines = out.split('\n').filter((line) => line.startsWith('{"id": '));
  if (lines.length === 0) throw new Error(`no test ran:\n${out.slice(-2000)}`);
  return lines.map((line) => {
    const { words, ...test } = JSON.parse(line) as PeerTest;
    return { ...test, ...(words !== undefined && words !== '' && { words }) };
  });
}
