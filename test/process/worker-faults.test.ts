import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, signIn } from '../support/gateway-process';
import { openTalk, statusesIn } from '../support/raw-talk';
import { seeded } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';
import { until } from '../support/until';
import { isAlive, workerGateways, workersOf } from '../support/worker-gateways';

jest.setTimeout(180_000);

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
  'a connection for which a stopped worker does not come is taken by another, also when it dies',
  async () => {
    const gateway = await started();
    const [victim = 0, other = 0] = workersOf(gateway);
    process.kill(victim, 'SIGSTOP');
    const asked = Array.from({ length: 6 }, () =>
      send(gateway.port, 'GET', '/healthz', { headers: { Connection: 'close' }, timeoutMs: 20_000 }).then(
        ({ status }) => status,
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      ),
    );
    await sleep(1_000);
    process.kill(victim, 'SIGKILL');
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 6 }, () => 200));
    expect(isAlive(other)).toBe(true);
    await gateway.stop();
  },
);

slowTest('a worker that dies while the primary writes to it takes nobody along', async () => {
  const gateway = await started();
  const [victim = 0, other = 0] = workersOf(gateway);
  const answersOf = ({ heard }: ReturnType<typeof openTalk>): number => statusesIn(heard()).length;
  /** A connection that this worker has taken: the other one stands still. */
  const talkWith = async (bystander: number): Promise<ReturnType<typeof openTalk>> => {
    process.kill(bystander, 'SIGSTOP');
    const talk = openTalk(gateway.port);
    talk.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => answersOf(talk) === 1);
    process.kill(bystander, 'SIGCONT');
    return talk;
  };
  const talks = [await talkWith(other), await talkWith(victim)];
  const answers = (): number => talks.reduce((sum, talk) => sum + answersOf(talk), 0);
  // When it goes on it finds first what both have asked of it, and then that one of them has gone.
  gateway.child.kill('SIGSTOP');
  for (const { socket } of talks) socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
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
