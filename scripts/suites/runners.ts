import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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

/** In it everything that users install, and nothing of this checkout but the packed tarball. */
export function emptyFolder(folder: string): void {
  const npm = (...args: string[]): void => {
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(join(folder, 'package.json'), '{"name":"suites","private":true}');
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  npm('install', '--no-audit', '--no-fund', '--silent', join(folder, packed), 'jest@30.5.2', 'vitest@4');
  writeSuites(folder);
}

/** A virtual environment with the plugin as a user installs it. */
export function pythonIn(folder: string): string {
  const python = join(folder, 'python');
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run('python3', '-m', 'venv', python);
  const pip = join(python, 'bin/pip');
  run(pip, 'install', '-q', 'pytest', 'pytest-xdist', 'openstacksdk', './node_modules/tagway/clients/python');
  return join(python, 'bin/python');
}

export function runnersIn(folder: string, python: string | null): Runner[] {
  const bin = (path: string): string => join(folder, 'node_modules', path);
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  const node = process.execPath;
  const preload = ['--require', 'tagway/node-test/gateway'];
  return [
    {
      name: 'Jest',
      command: node,
      args: [bin('jest/bin/jest.js'), '-w', '4'],
      cwd: 'jest',
      green: /5 passed, 5 total/,
    },
    {
      ...{ name: 'Vitest', command: node, cwd: 'vitest', green: /Tests.* 5 passed/ },
      args: [bin('vitest/vitest.mjs'), 'run', '--maxWorkers=4', '--no-color'],
    },
    {
      ...{ name: 'node:test', command: node, cwd: 'node-test', green: /pass 5\b/ },
      args: [...preload, '--test', ...(hasConcurrency() ? ['--test-concurrency=4'] : [])],
    },
    ...(python === null
      ? []
      : [
          {
            name: 'pytest',
            command: python,
            args: ['-m', 'pytest', '-q', '-n', '4'],
            cwd: 'pytest',
            green: /5 passed/,
          },
        ]),
    ...(spawnSync('go', ['version']).status === 0
      ? [
          {
            name: 'Go',
            command: 'go',
            args: ['test', '-count=1', '-parallel', '4', './...'],
            cwd: 'go',
            green: /^ok/m,
          },
        ]
      : []),
  ].map((runner) => ({ ...runner, cwd: join(folder, runner.cwd) }));
}

/** Node 20 before 20.10 runs as many files at once as there are processors less one. */
function hasConcurrency(): boolean {
  return process.allowedNodeEnvironmentFlags.has('--test-concurrency');
}
