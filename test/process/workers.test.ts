import { type GatewayProcess, signIn, spawnGateway, startGatewayProcess } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { type Answer, send } from '../support/wire';
import { until } from '../support/until';
import { isAlive, workerGateways, workersOf } from '../support/worker-gateways';

jest.setTimeout(180_000);

const given = workerGateways();

/** Only the first test is about a first start. */
async function startedAgain(): Promise<GatewayProcess> {
  await putUsedState(given.folder());
  return given.start();
}

/** A connection of its own for each request: any worker may take it. */
function ask(gateway: GatewayProcess, method: string, path: string, token?: string): Promise<Answer> {
  const headers = { Connection: 'close' };
  return send(gateway.port, method, path, { headers, ...(token === undefined ? {} : { token }) });
}

const alice = (gateway: GatewayProcess): Promise<string> =>
  signIn(gateway.url, 'alice', seeded.password, 'alpha');

test('two workers serve behind one port, say once that they are ready, and end with the primary', async () => {
  const gateway = await given.start();
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

test('workers count requests together, and one of them cleans, also when it is replaced', async () => {
  await putUsedState(given.folder());
  const gateway = await startGatewayProcess(given.folder(), {
    TAGWAY_WORKERS: '2',
    TAGWAY_SEED: writeSeed(given.folder()),
    TAGWAY_RATE_PER_ADDRESS: '10',
    TAGWAY_TRUST_PROXY: '127.0.0.1',
    TAGWAY_LOG_LEVEL: 'debug',
  });
  try {
    const taken: number[] = [];
    // Only what happens within a second is one window.
    for (let tries = 1, ms = Infinity; ms > 900 && tries < 10; tries++) {
      const headers = { Connection: 'close', 'X-Forwarded-For': `10.0.0.${String(tries)}` };
      const begun = performance.now();
      const burst = Array.from({ length: 60 }, () => send(gateway.port, 'GET', '/v2/images', { headers }));
      const answers = await Promise.all(burst);
      ms = performance.now() - begun;
      taken.push(answers.filter(({ status }) => status === 401).length);
    }
    expect(taken.at(-1)).toBe(10);
    const cleaners = (): number[] =>
      [...gateway.output().matchAll(/"pid":(\d+).*a worker removes what expires/g)].map(([, pid]) =>
        Number(pid),
      );
    const before = workersOf(gateway);
    expect(before).toContain(cleaners()[0]);
    gateway.child.kill('SIGHUP');
    await until(() => {
      const now = workersOf(gateway);
      return !now.some((pid) => before.includes(pid)) && now.includes(cleaners().at(-1) ?? 0);
    });
  } finally {
    await gateway.stop();
  }
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

test('when the primary is killed the workers end, and the next start takes over', async () => {
  const first = await startedAgain();
  const workers = workersOf(first);
  await first.stop('SIGKILL');
  await until(() => !workers.some(isAlive));
  const second = await given.start();
  expect((await ask(second, 'GET', '/readyz')).status).toBe(200);
  await second.stop();
});

test('a worker that cannot start ends it all, with a sentence', async () => {
  await putUsedState(given.folder());
  // Of a kind that only the database can tell.
  const users = [{ name: 'eve', password: 'p', roles: { nowhere: ['member'] } }];
  const seedFile = writeSeed(given.folder(), { users });
  const { output, ended } = spawnGateway(given.folder(), { TAGWAY_WORKERS: '2', TAGWAY_SEED: seedFile });
  expect((await ended).code).toBe(1);
  expect(output()).toContain('The seed file');
  expect(output()).toContain('Tagway cannot start, because a worker ended.');
});
