import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSuites } from './files';

const root = join(__dirname, '../..');

export interface Runner {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What a run in which all five tests pass prints. */
  readonly green: RegExp;
}

function run(cwd: string, command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** In it everything that users install, and nothing of this checkout but the packed tarball. */
export function emptyFolder(folder: string): void {
  run(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
  writeFileSync(join(folder, 'package.json'), '{"name":"suites","private":true}');
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const packages = [join(folder, packed), 'jest@30.5.2', 'vitest@4'];
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--silent', ...packages);
  writeSuites(folder);
}

/** A virtual environment with the plugin as a user installs it. @returns its Python */
function pythonIn(folder: string): string {
  const place = join(folder, 'python');
  run(folder, 'python3', '-m', 'venv', place);
  const packages = ['pytest', 'pytest-xdist', 'openstacksdk', './node_modules/tagway/clients/python'];
  run(folder, join(place, 'bin/pip'), 'install', '-q', ...packages);
  return join(place, 'bin/python');
}

type Make = (folder: string) => Omit<Runner, 'name' | 'cwd'>;

const node = process.execPath;

/** By name, which is that of the suite's folder, too. */
const table: Readonly<Record<string, Make>> = {
  jest: (folder) => ({
    command: node,
    args: [join(folder, 'node_modules/jest/bin/jest.js'), '-w', '4'],
    green: /5 passed, 5 total/,
  }),
  vitest: (folder) => ({
    command: node,
    args: [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--maxWorkers=4', '--no-color'],
    green: /Tests.* 5 passed/,
  }),
  'node-test': () => ({
    command: node,
    args: ['--require', 'tagway/node-test/gateway', '--test', ...concurrency()],
    green: /pass 5\b/,
  }),
  pytest: (folder) => ({
    command: pythonIn(folder),
    args: ['-m', 'pytest', '-q', '-n', '4'],
    green: /5 passed/,
  }),
  go: () => ({
    command: 'go',
    args: ['test', '-count=1', '-parallel', '4', './...'],
    green: /^ok/m,
  }),
};

export const runnerNames = Object.keys(table);

/** @throws Error when one of them cannot be installed */
export function runnersIn(folder: string, names: readonly string[]): Runner[] {
  return names.flatMap((name) => {
    const make = table[name];
    return make ? [{ name, cwd: join(folder, name), ...make(folder) }] : [];
  });
}

/** Node 20 before 20.10 runs as many files at once as there are processors less one. */
function concurrency(): string[] {
  return process.allowedNodeEnvironmentFlags.has('--test-concurrency') ? ['--test-concurrency=4'] : [];
}
