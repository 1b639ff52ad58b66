import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { databaseTimeoutsMs } from '../../src/storage/database/waits';
import { connectionUrl } from '../support/connection-url';
import { createDatabase, dropDatabase } from '../support/database';
import { huaweiImages, openstack } from '../support/dialects';
import {
  readOpenrc,
  removeFolder,
  signIn,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';
import { allowed } from '../support/allowed';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const masterKey = 'ab'.repeat(32);

const folders: string[] = [];
const folder = (): string => {
  const made = temporaryFolder('tagway-outside');
  folders.push(made);
  return made;
};
afterAll(() => {
  folders.forEach(removeFolder);
});

/** A Postgres that belongs to the test, as an outside one would to an operator. */
async function outside(stateDir = folder()) {
  const server = await startEmbeddedPostgres({ stateDir, log: quiet });
  return { server, env: { DATABASE_URL: connectionUrl(server.connection) } };
}

test('two gateways that start at once on one database share users, tokens and tags', async () => {
  const { server, env } = await outside();
  const both = { ...env, TAGWAY_MASTER_KEY: masterKey };
  const gateways = await Promise.all([
    startGatewayProcess(folder(), both),
    startGatewayProcess(folder(), both),
  ]);
  // One of the two made the first users, and has told so.
  const [first] = gateways.filter((gateway) => gateway.output().includes('First start'));
  const other = gateways.find((gateway) => gateway !== first);
  if (!first || !other) throw new Error('nobody made the first users, or both did');
  const rc = readOpenrc(first.stateDir);
  const token = await signIn(first.url, 'demo', rc['OS_PASSWORD'] ?? '', 'demo');
  const project = rc['HUAWEICLOUD_SDK_PROJECT_ID'] ?? '';
  const id = await openstack({ port: other.port, token, project }).create({ tags: ['k=v'] });
  const seen = await huaweiImages({ port: first.port, token, project }).pairs(id);
  expect(seen).toEqual([{ key: 'k', value: 'v' }]);
  for (const gateway of gateways) expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  await server.stop();
}, 60_000);

test('a start waits for rows that another gateway holds', async () => {
  const { connection } = await createDatabase();
  const other = new Client(connection);
  await other.connect();
  await other.query('begin; lock table identity_users in share row exclusive mode');
  const starting = startGatewayProcess(folder(), { DATABASE_URL: connectionUrl(connection) });
  // Longer than a statement waits for a lock.
  await sleep(databaseTimeoutsMs.lock + 2_000);
  await other.query('commit');
  await other.end();
  const gateway = await starting;
  expect(gateway.output()).toContain('First start');
  await gateway.stop();
  await dropDatabase(connection.database);
}, 60_000);

test('a database that is away is a quick 503 with Retry-After in every dialect, in its own form', async () => {
  const used = folder();
  await putUsedState(used);
  const { server, env } = await outside(used);
  const state = folder();
  const gateway = await startGatewayProcess(state, { ...env, TAGWAY_SEED: writeSeed(state) });
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const image = `images/${seeded.image}`;
  await send(gateway.port, 'GET', `/v2/${image}`, { token });
  await server.stop();
  const asked = [
    ['PUT', `/v2/${image}/tags/x`, '503 Service Unavailable'],
    ['GET', `/v2/${seeded.alpha}/${image}/tags`, '"code":"IMG.'],
    ['GET', '/v1/cloudimages/tags', '"code":"IMG.'],
    ['GET', '/v3/auth/projects', '"title":"Service Unavailable"'],
  ] as const;
  for (const [method, path, form] of asked) {
    const begun = performance.now();
    const answer = await send(gateway.port, method, path, { token });
    expect([path, answer.status, answer.headers['retry-after']]).toEqual([path, 503, '1']);
    expect(answer.text).toContain(form);
    expect(performance.now() - begun).toBeLessThan(allowed(5_000));
  }
  expect((await send(gateway.port, 'GET', '/readyz')).status).toBe(503);
  expect((await send(gateway.port, 'GET', '/healthz')).status).toBe(200);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  const refused = linesOf(gateway.output()).filter(({ status }) => status === 503);
  // Each in its one line; connections that were lost meanwhile have lines of their own.
  expect(refused.map(({ message }) => message)).toEqual(Array(5).fill('request'));
  const known = /^(?:57P0[123]|ENOENT|ECONNREFUSED|ECONNRESET|the connection to the database was lost)$/;
  for (const { cause, outcome } of refused) {
    expect(cause).toMatch(known);
    expect(outcome).toMatch(/^(?:not-done|unknown)$/);
  }
}, 60_000);

/** What it logged. */
function linesOf(output: string): Record<string, unknown>[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a database that cannot be reached at the start is said in a sentence, without its password', async () => {
  const { output, ended } = spawnGateway(folder(), {
    DATABASE_URL: 'postgresql://tagway:hidden@127.0.0.1:1/tagway',
  });
  expect((await ended).code).toBe(1);
  expect(output()).toMatch(/database/i);
  expect(output()).not.toMatch(/hidden|\n {4}at /);
}, 60_000);
