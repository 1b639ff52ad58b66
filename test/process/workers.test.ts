import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GatewayProcess,
  removeFolder,
  signIn,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { openTalk, statusesIn } from '../support/raw-talk';
import { putUsedState } from '../support/used-state';
import { type Answer, send } from '../support/wire';

let folder: string;
let running: GatewayProcess[];
beforeEach(() => {
  folder = temporaryFolder('tagway-workers');
  running = [];
});
afterEach(async () => {
  // After a failure only: jest would wait for them for ever.
  const left = running.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  for (const gateway of left) await gateway.stop('SIGKILL');
  removeFolder(folder);
});

async function started(): Promise<GatewayProcess> {
  const env = { TAGWAY_WORKERS: '2', TAGWAY_SEED: writeSeed(folder) };
  const gateway = await startGatewayProcess(folder, env);
  running.push(gateway);
  return gateway;
}

/** Only the first test is about a first start. */
async function startedAgain(): Promise<GatewayProcess> {
  await putUsedState(folder);
  return started();
}

/** A connection of its own for each request: they go to the workers in turn. */
function ask(gateway: GatewayProcess, method: string, path: string, token?: string): Promise<Answer> {
  const headers = { Connection: 'close' };
  return send(gateway.port, method, path, { headers, ...(token === undefined ? {} : { token }) });
}

function workersOf({ child }: GatewayProcess): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(child.pid), '-f', 'main.js'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    if (waited > 15_000) throw new Error('it did not come to pass');
    await sleep(50);
  }
}

const alice = (gateway: GatewayProcess): Promise<string> =>
  signIn(gateway.url, 'alice', seeded.password, 'alpha');

test('two workers serve behind one port, say once that they are ready, and end with the primary', async () => {
  const gateway = await started();
  const workers = workersOf(gateway);
  expect(workers).toHaveLength(2);
  expect(gateway.output().match(/^Tagway is ready at /gm)).toHaveLength(1);
  const token = await alice(gateway);
  const path = `/v2/images/${seeded.image}/tags/`;
  for (const tag of ['x', 'y', 'z']) {
    expect((await ask(gateway, 'PUT', path + tag, token)).status).toBe(204);
    expect((await ask(gateway, 'DELETE', path + tag, token)).status).toBe(204);
  }
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  expect(workers.filter(isAlive)).toEqual([]);
});

test('the metrics of one are the metrics of all', async () => {
  const gateway = await startedAgain();
  for (let n = 0; n < 10; n++) await ask(gateway, 'GET', '/healthz');
  const text = (await ask(gateway, 'GET', '/metrics')).text;
  expect(text).toContain('tagway_requests_total{dialect="health",operation="/healthz",status="200"} 10');
  await gateway.stop();
});

test('SIGHUP replaces the workers one after another, and nobody is refused meanwhile', async () => {
  const gateway = await startedAgain();
  const before = workersOf(gateway);
  const token = await alice(gateway);
  const answers: number[] = [];
  const enough = new AbortController();
  const asked = (async () => {
    while (!enough.signal.aborted) {
      const answer = await ask(gateway, 'GET', `/v2/images/${seeded.image}`, token);
      answers.push(answer.status);
    }
  })();
  gateway.child.kill('SIGHUP');
  await until(() => {
    const now = workersOf(gateway);
    return now.length === 2 && !now.some((pid) => before.includes(pid));
  });
  enough.abort();
  await asked;
  expect(answers.length).toBeGreaterThan(10);
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

test('a worker that is killed is replaced, and the other one serves on', async () => {
  const gateway = await startedAgain();
  const [victim = 0, other = 0] = workersOf(gateway);
  process.kill(victim, 'SIGKILL');
  await until(() => !isAlive(victim));
  expect((await ask(gateway, 'GET', '/readyz')).status).toBe(200);
  await until(() => workersOf(gateway).filter((pid) => pid !== other && pid !== victim).length === 1);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

test('a connection that was given to a worker which dies before taking it is ended, so that nobody waits for ever', async () => {
  const gateway = await startedAgain();
  const [victim = 0, other = 0] = workersOf(gateway);
  process.kill(victim, 'SIGSTOP');
  const asked = Array.from({ length: 6 }, () =>
    send(gateway.port, 'GET', '/healthz', { headers: { Connection: 'close' }, patience: 20_000 }).then(
      ({ status }) => status,
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    ),
  );
  await sleep(1_000);
  process.kill(victim, 'SIGKILL');
  const ends = await Promise.all(asked);
  expect(ends.filter((end) => end === 'ECONNRESET')).toHaveLength(1);
  expect(ends.filter((end) => end === 200)).toHaveLength(5);
  expect(isAlive(other)).toBe(true);
  await gateway.stop();
});

test('a worker that dies while the primary writes to it takes nobody along', async () => {
  const gateway = await startedAgain();
  const [victim = 0, other = 0] = workersOf(gateway);
  // One connection for each worker, since only the primary can hand out more.
  const talks = [openTalk(gateway.port), openTalk(gateway.port)];
  const say = (path: string): void => {
    for (const { socket } of talks) socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  };
  const answers = (): number => talks.flatMap(({ heard }) => statusesIn(heard())).length;
  say('/healthz');
  await until(() => answers() === 2);
  // When it goes on it finds first what both have asked of it, and then that one of them has gone.
  gateway.child.kill('SIGSTOP');
  say('/metrics');
  await sleep(500);
  process.kill(victim, 'SIGKILL');
  await sleep(100);
  gateway.child.kill('SIGCONT');
  await until(() => !isAlive(victim) && answers() === 3);
  expect(isAlive(other)).toBe(true);
  for (const { socket } of talks) socket.destroy();
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

test('a stop waits for the worker that is being replaced, too', async () => {
  const gateway = await startedAgain();
  const before = workersOf(gateway);
  const token = await alice(gateway);
  const body = { disk_format: 'raw', container_format: 'bare' };
  const made = await send(gateway.port, 'POST', '/v2/images', { token, body });
  const upload = openTalk(gateway.port);
  upload.socket.write(
    `PUT /v2/images/${made.json<{ id: string }>().id}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\n` +
      'Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\nda',
  );
  gateway.child.kill('SIGHUP');
  // The other one ends at once. This one cannot.
  await until(() => gateway.output().includes('stopping'));
  await sleep(1_000);
  expect(workersOf(gateway).filter((pid) => before.includes(pid)).length).toBeGreaterThan(0);
  gateway.child.kill('SIGTERM');
  await until(() => gateway.child.exitCode !== null || workersOf(gateway).length === 1);
  await sleep(200);
  upload.socket.write('ta');
  await until(() => upload.socket.destroyed || statusesIn(upload.heard()).length > 0);
  expect(statusesIn(upload.heard())).toEqual([204]);
  upload.socket.destroy();
  await until(() => gateway.child.exitCode !== null);
  expect(gateway.child.exitCode).toBe(0);
});

test('a worker that dies while the others are replaced is replaced once', async () => {
  const gateway = await startedAgain();
  const before = workersOf(gateway);
  gateway.child.kill('SIGHUP');
  await until(() => workersOf(gateway).length === 3);
  process.kill(Math.max(...before), 'SIGKILL');
  // One that dies so soon is replaced after five seconds.
  await sleep(6_000);
  await until(() => !workersOf(gateway).some((pid) => before.includes(pid)));
  expect(workersOf(gateway)).toHaveLength(2);
  await gateway.stop();
});

test('when the primary is killed the workers end, and the next start takes over', async () => {
  const first = await startedAgain();
  const workers = workersOf(first);
  await first.stop('SIGKILL');
  await until(() => !workers.some(isAlive));
  const second = await started();
  expect((await ask(second, 'GET', '/readyz')).status).toBe(200);
  await second.stop();
});

test('a worker that cannot start ends it all, with a sentence', async () => {
  await putUsedState(folder);
  const seedFile = writeSeed(folder, { users: 'none' });
  const { output, ended } = spawnGateway(folder, { TAGWAY_WORKERS: '2', TAGWAY_SEED: seedFile });
  expect((await ended).code).toBe(1);
  expect(output()).toContain('The seed file');
  expect(output()).toContain('Tagway cannot start, because a worker ended.');
});
