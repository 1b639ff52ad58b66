import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { soon } from '../support/ephemeral';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { isAlive } from '../support/worker-gateways';

/** Neither service is here: their runners' contract is, a shell with certain variables and files. */
jest.setTimeout(120_000);

const clients = join(__dirname, '../../clients');
const command = `${process.execPath} ${join(__dirname, '../../dist/src/cli.js')}`;
const folder = temporaryFolder('tagway-ci-templates');
const started: number[] = [];
afterAll(async () => {
  for (const pid of started) if (isAlive(pid)) process.kill(pid);
  await soon(() => started.every((pid) => !isAlive(pid)));
  removeFolder(folder);
});

const bash = (script: string, env: Readonly<Record<string, string>>): string =>
  execFileSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    encoding: 'utf8',
  });

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly id?: string; readonly run?: string }[];
  };
}

test("GitHub's action starts a gateway and sets the variables of the steps that follow", async () => {
  const action = parse(readFileSync(join(clients, 'github/action.yml'), 'utf8')) as Action;
  expect([action.runs.using, Object.keys(action.inputs)]).toEqual(['composite', ['seed', 'command']]);
  const script = action.runs.steps.find(({ id }) => id === 'start')?.run ?? '';
  const files = { GITHUB_ENV: join(folder, 'env'), GITHUB_OUTPUT: join(folder, 'output') };
  const out = bash(script, {
    ...files,
    ...{ RUNNER_TEMP: folder, GITHUB_ACTION_PATH: join(clients, 'github'), COMMAND: command, SEED: '' },
  });
  const lines = readFileSync(files.GITHUB_ENV, 'utf8').trimEnd().split('\n');
  const variables = Object.fromEntries(
    lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  const announced = JSON.parse(variables['TEST_TAGWAY'] ?? '') as {
    pid: number;
    url: string;
    authUrl: string;
  };
  started.push(announced.pid);
  expect(variables['OS_AUTH_URL']).toBe(announced.authUrl);
  expect(out).toContain(`::add-mask::${String(variables['OS_PASSWORD'])}`);
  expect(readFileSync(files.GITHUB_OUTPUT, 'utf8')).toBe(`url=${announced.url}\n`);
  expect((await fetch(`${announced.url}/readyz`)).status).toBe(200);
});

test("GitLab's template starts a gateway before the script and ends it after it", async () => {
  const template = parse(readFileSync(join(clients, 'gitlab/tagway.yml'), 'utf8')) as {
    '.tagway': { before_script: string[]; after_script: string[] };
  };
  const { before_script: before, after_script: after } = template['.tagway'];
  const env = { RUN_TAGWAY: command, CI_PROJECT_DIR: folder };
  const announced = JSON.parse(bash([...before, 'echo "$TEST_TAGWAY"'].join('\n'), env)) as {
    pid: number;
    url: string;
  };
  started.push(announced.pid);
  expect((await fetch(`${announced.url}/readyz`)).status).toBe(200);
  bash(after.join('\n'), env);
  expect(await soon(() => !isAlive(announced.pid))).toBe(true);
});
