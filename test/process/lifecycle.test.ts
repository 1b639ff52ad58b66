import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GatewayProcess,
  readOpenrc,
  removeFolder,
  signIn,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seedContent, seeded, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';

jest.setTimeout(180_000);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-process');
});
afterEach(() => {
  removeFolder(folder);
});

async function stopped(gateway: GatewayProcess): Promise<void> {
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
}

describe('a first start without a seed', () => {
  test('makes a project, two users and an openrc that only its owner reads, and says how to use it', async () => {
    const gateway = await startGatewayProcess(folder);
    const file = join(folder, 'openrc');
    expect(gateway.output()).toContain(`source ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const openrc = readOpenrc(folder);
    expect(openrc).toMatchObject({
      OS_AUTH_URL: `${gateway.url}/v3`,
      OS_USERNAME: 'demo',
      OS_PROJECT_NAME: 'demo',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
    });
    const token = await signIn(gateway.url, 'demo', openrc['OS_PASSWORD'] ?? '', 'demo');
    expect((await send(gateway.port, 'GET', '/v2/images', { token })).status).toBe(200);
    await stopped(gateway);
  });

  test('and a second start keeps the users, their password, what was written, and tokens', async () => {
    const first = await startGatewayProcess(folder);
    const password = readOpenrc(folder)['OS_PASSWORD'] ?? '';
    const token = await signIn(first.url, 'demo', password, 'demo');
    const created = await send(first.port, 'POST', '/v2/images', { token, body: { tags: ['kept'] } });
    await stopped(first);
    const second = await startGatewayProcess(folder);
    expect(readOpenrc(folder)['OS_PASSWORD']).toBe(password);
    const { id } = created.json<{ id: string }>();
    const shown = await send(second.port, 'GET', `/v2/images/${id}`, { token });
    expect(shown.json<{ tags: string[] }>().tags).toEqual(['kept']);
    await stopped(second);
  });
});

test('a seed file is applied at every start and changes nothing the second time', async () => {
  await putUsedState(folder);
  const env = { TAGWAY_SEED: writeSeed(folder) };
  for (let start = 0; start < 2; start++) {
    const gateway = await startGatewayProcess(folder, env);
    const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
    const listed = await send(gateway.port, 'GET', `/v2/${seeded.alpha}/images/${seeded.image}/tags`, {
      token,
    });
    expect(listed.json()).toEqual({
      tags: [
        { key: 'a', value: '' },
        { key: 'k', value: 'v' },
      ],
    });
    await stopped(gateway);
  }
});

test('every fault of a seed file is told at once, without a stack, and without its passwords', async () => {
  await putUsedState(folder);
  const content = {
    ...seedContent,
    projects: [...seedContent.projects, { id: 'short', name: '' }],
    images: [{ name: 'x', project: 'alpha', visibility: 'secret' }],
  };
  const { output, ended } = spawnGateway(folder, { TAGWAY_SEED: writeSeed(folder, content) });
  expect((await ended).code).toBe(1);
  expect(output()).toMatch(/projects\.2\.id/);
  expect(output()).toMatch(/projects\.2\.name/);
  expect(output()).toMatch(/images\.0\.visibility .*shared/);
  expect(output()).not.toMatch(/correct horse|\n {4}at /);
});

test('every fault of the settings is told at once and nothing is started', async () => {
  const { output, ended } = spawnGateway(folder, {
    TAGWAY_PORT: 'many',
    TAGWAY_BATCH_DELETE: 'sometimes',
    DATABASE_URL: 'mysql://user:hidden@host/db',
  });
  expect((await ended).code).toBe(1);
  for (const name of ['TAGWAY_PORT', 'TAGWAY_BATCH_DELETE', 'DATABASE_URL']) expect(output()).toContain(name);
  expect(output()).not.toContain('hidden');
});

test('a port that is taken is said in a sentence, and Postgres is not left behind', async () => {
  await putUsedState(folder);
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const { output, ended } = spawnGateway(folder, { TAGWAY_PORT: String(port) });
  expect((await ended).code).toBe(1);
  expect(output()).toContain(`Port ${String(port)} of 127.0.0.1 is taken`);
  other.close();
  await stopped(await startGatewayProcess(folder));
});

test('a stop signal lets a request under way finish, takes no new one, and ends with 0', async () => {
  await putUsedState(folder);
  const gateway = await startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const body = { disk_format: 'raw', container_format: 'bare' };
  const created = await send(gateway.port, 'POST', '/v2/images', { token, body });
  const slow = fetch(`${gateway.url}/v2/images/${created.json<{ id: string }>().id}/file`, {
    method: 'PUT',
    headers: { 'X-Auth-Token': token, 'Content-Type': 'application/octet-stream' },
    body: slowBytes(),
    duplex: 'half',
  });
  await sleep(500); // fetch sends the head of a request with the first bytes of its body
  const ended = gateway.stop('SIGTERM');
  gateway.child.kill('SIGTERM'); // npm's duplicate
  await sleep(100);
  await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow();
  expect((await slow).status).toBe(204);
  expect(await ended).toEqual({ code: 0, signal: null });
});

/** An upload that takes about a second. */
function slowBytes(): ReadableStream<Uint8Array> {
  let left = 5;
  return new ReadableStream({
    async pull(controller) {
      await sleep(200);
      if (left-- === 0) controller.close();
      else controller.enqueue(new Uint8Array(1000));
    },
  });
}

test('health is told without a token: alive, ready, and metrics', async () => {
  await putUsedState(folder);
  const gateway = await startGatewayProcess(folder);
  expect((await send(gateway.port, 'GET', '/healthz')).json()).toEqual({ status: 'ok' });
  expect((await send(gateway.port, 'GET', '/readyz')).json()).toEqual({ status: 'ready' });
  const metrics = await send(gateway.port, 'GET', '/metrics');
  expect(metrics.text).toMatch(
    /^tagway_requests_total\{dialect="health",operation="\/(?:healthz|readyz)",status="200"\} 1$/m,
  );
  await stopped(gateway);
});

test('before it stops listening it may say for a while that it is not ready, and serves meanwhile', async () => {
  await putUsedState(folder);
  const gateway = await startGatewayProcess(folder, {
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_DRAIN_DELAY: '3',
  });
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const ended = gateway.stop();
  const readiness = async (): Promise<number> => (await send(gateway.port, 'GET', '/readyz')).status;
  while ((await readiness()) === 200) await sleep(20);
  expect(await readiness()).toBe(503);
  const path = `/v2/images/${seeded.image}/tags/late`;
  expect((await send(gateway.port, 'PUT', path, { token })).status).toBe(204);
  expect(await ended).toEqual({ code: 0, signal: null });
});
