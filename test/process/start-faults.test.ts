import { randomInt } from 'node:crypto';
import { type ChildProcess, execFile } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresFolders } from '../../src/postgres/state-folder';
import { freePort } from '../support/free-port';
import {
  readOpenrc,
  removeFolder,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seedContent, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';

jest.setTimeout(120_000);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-start');
});
afterEach(() => {
  removeFolder(folder);
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(program: 'main' | 'cli', args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const file = join(__dirname, '../../dist/src', `${program}.js`);
    const env = { PATH: process.env['PATH'] ?? '', TAGWAY_STATE_DIR: folder };
    execFile(process.execPath, [file, ...args], { env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

function hasNotEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

test('a port that is taken is found before Postgres starts, and the sentence names TAGWAY_PORT', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  for (const workers of ['1', '2']) {
    const env = { TAGWAY_PORT: String(port), TAGWAY_WORKERS: workers };
    const { output, ended } = spawnGateway(folder, env);
    expect((await ended).code).toBe(1);
    expect(output()).toBe(
      `Port ${String(port)} of 127.0.0.1 is taken, perhaps by another Tagway: set TAGWAY_PORT to another port, or to 0 for any free one.\n`,
    );
  }
  other.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('an address of another machine is refused with a sentence that names TAGWAY_HOST', async () => {
  const { output, ended } = spawnGateway(folder, { TAGWAY_HOST: '192.0.2.1' });
  expect((await ended).code).toBe(1);
  expect(output()).toMatch(/^192\.0\.2\.1 is no address of this machine: set TAGWAY_HOST/m);
});

test('a seed file that is missing is found before a database is made', async () => {
  const { output, ended } = spawnGateway(folder, { TAGWAY_SEED: join(folder, 'nowhere.json') });
  expect((await ended).code).toBe(1);
  expect(output()).toMatch(/^The seed file .*nowhere\.json cannot be used/);
  expect(readdirSync(folder)).toEqual([]);
});

test('flags are explained, and unknown ones are refused with the nearest one', async () => {
  const [help, wrong, start, command] = await Promise.all([
    run('main', ['--help']),
    run('main', ['--prot', '1']),
    run('cli', ['start', '--prot', '1']),
    run('cli', ['users', '--port', '1']),
  ]);
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--port <number>') as string });
  for (const ran of [wrong, start]) {
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("unknown option '--prot'\n(Did you mean --port?)");
  }
  expect([command.code, command.err]).toEqual([1, expect.stringContaining("unknown option '--port'")]);
  expect(readdirSync(folder)).toEqual([]);
});

test('"tagway start --port" listens there', async () => {
  await putUsedState(folder);
  const port = await freePort();
  const file = join(__dirname, '../../dist/src/cli.js');
  const env = { PATH: process.env['PATH'] ?? '', TAGWAY_STATE_DIR: folder };
  const child = execFile(process.execPath, [file, 'start', '--port', String(port)], { env });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = new Promise<string>((resolve) =>
    child.stdout?.on('data', (text: string) => {
      resolve(text);
    }),
  );
  expect(await line).toContain(`Tagway is ready at http://127.0.0.1:${String(port)}`);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('where it listens on all addresses, banner and openrc have one that clients can use', async () => {
  await putUsedState(folder);
  const gateway = await startGatewayProcess(folder, { TAGWAY_HOST: '0.0.0.0' });
  const url = `http://127.0.0.1:${String(gateway.port)}`;
  expect(gateway.url).toBe(url);
  expect(readOpenrc(folder)['OS_AUTH_URL']).toBe(`${url}/v3`);
  const safeties = gateway.output().match(/^.*safeties that are off.*$/gm);
  expect(safeties).toEqual([expect.stringContaining('TAGWAY_HOST=0.0.0.0')]);
  await gateway.stop();
});

test('what Kubernetes injects costs one line', async () => {
  await putUsedState(folder);
  // The port is the default one, so other test runs on this machine need other addresses.
  const [second, third] = [randomInt(1, 255), randomInt(1, 255)];
  const gateway = await startGatewayProcess(folder, {
    TAGWAY_PORT: 'tcp://10.0.0.1:80',
    TAGWAY_HOST: `127.${String(second)}.${String(third)}.7`,
    TAGWAY_SERVICE_HOST: '10.0.0.1',
  });
  expect(gateway.output().match(/enableServiceLinks/g)).toHaveLength(1);
  await gateway.stop();
});

test.each(['1', '2'])('%s process(es): SIGHUP before it is ready changes nothing', async (workers) => {
  await putUsedState(folder);
  const { child, output, ended } = spawnGateway(folder, { TAGWAY_WORKERS: workers });
  // Sooner, Node itself may not have begun.
  const pidFile = join(postgresFolders(folder).data, 'postmaster.pid');
  while (!existsSync(pidFile) && hasNotEnded(child)) await sleep(10);
  while (!output().includes('Tagway is ready') && hasNotEnded(child)) {
    child.kill('SIGHUP');
    await sleep(50);
  }
  expect(output()).toContain('Tagway is ready');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('/readyz says 503 until the seed is applied', async () => {
  await putUsedState(folder);
  const users = Array.from({ length: 10 }, (_, n) => ({
    name: `user-${String(n)}`,
    password: 'p'.repeat(12),
  }));
  const seed = { ...seedContent, users: [...seedContent.users, ...users] };
  const port = await freePort();
  const env = { TAGWAY_PORT: String(port), TAGWAY_SEED: writeSeed(folder, seed) };
  const { child, output, ended } = spawnGateway(folder, env);
  const seen: string[] = [];
  while (!output().includes('Tagway is ready') && hasNotEnded(child)) {
    const isOpen = await send(port, 'GET', '/readyz').then(
      ({ status, text }) => `${String(status)} ${text}`,
      () => undefined,
    );
    if (isOpen !== undefined && !output().includes('Tagway is ready')) seen.push(isOpen);
    await sleep(25);
  }
  expect(new Set(seen)).toEqual(new Set(['503 {"status":"the gateway is starting"}']));
  expect((await send(port, 'GET', '/readyz')).status).toBe(200);
  child.kill('SIGTERM');
  await ended;
});

test('an openrc that is a link is not followed, nor is a master key', async () => {
  await putUsedState(folder);
  const victim = join(folder, 'victim');
  for (const name of ['openrc', 'master.key']) {
    writeFileSync(victim, 'precious');
    rmSync(join(folder, name), { force: true });
    symlinkSync(victim, join(folder, name));
    const { output, ended } = spawnGateway(folder);
    expect((await ended).code).toBe(1);
    expect(output()).toMatch(
      new RegExp(`^${join(folder, name)} is a link, or belongs to another account`, 'm'),
    );
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
    rmSync(join(folder, name));
  }
});
