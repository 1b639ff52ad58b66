import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, signIn } from '../support/gateway-process';
import { openTalk, statusesIn } from '../support/raw-talk';
import { seeded } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';
import { isAlive, until, workerGateways, workersOf } from '../support/worker-gateways';

/** Half a minute of starts and pauses: `SLOW_TESTS=1 npx jest test/process/worker-faults`, and in every build. */
const slowTest = process.env['SLOW_TESTS'] === '1' ? test : test.skip;
const given = workerGateways();

async function started(): Promise<GatewayProcess> {
  await putUsedState(given.folder());
  return given.start();
}

const alice = (gateway: GatewayProcess): Promise<string> =>
  signIn(gateway.url, 'alice', seeded.password, 'alpha');

slowTest(
  'a connection that was given to a worker which dies before taking it is ended, so that nobody waits for ever',
  async () => {
    const gateway = await started();
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
  },
);

slowTest('a worker that dies while the primary writes to it takes nobody along', async () => {
  const gateway = await started();
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

slowTest('a stop waits for the worker that is being replaced, too', async () => {
  const gateway = await started();
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

slowTest('a worker that dies while the others are replaced is replaced once', async () => {
  const gateway = await started();
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
