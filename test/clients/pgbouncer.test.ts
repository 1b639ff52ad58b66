import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/index';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../support/dialects';
import {
  removeFolder,
  signIn,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { faultOf } from '../support/history';
import { Network } from '../support/network';
import { seeded, writeSeed } from '../support/seed';
import { TagLoad } from '../support/tag-load';
import { send } from '../support/wire';
import { tagsEverywhere } from './command';
import { type PgBouncer, startPgBouncer } from './pgbouncer';

jest.setTimeout(180_000);

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let folder: string;
let server: EmbeddedPostgres;
let network: Network;
let bouncer: PgBouncer;
let url: string;
beforeAll(async () => {
  folder = temporaryFolder('tagway-pgbouncer');
  // As root, Postgres and PgBouncer run under other accounts.
  chmodSync(folder, 0o755);
  // A pooled session has the server's settings: these would spoil every moment if the gateway relied on its own.
  const settings = { timezone: 'Asia/Kolkata' };
  server = await startEmbeddedPostgres({ stateDir: join(folder, 'postgres'), log: quiet, settings });
  const { host, port, user, password, database } = server.connection;
  network = await Network.to({ path: join(host, `.s.PGSQL.${String(port)}`) });
  // Fewer sessions than the gateway has connections: each goes from hand to hand.
  bouncer = await startPgBouncer(folder, { port: network.port, user, password }, 3);
  url = `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${String(bouncer.port)}/${database}`;
});
afterAll(async () => {
  await bouncer.stop();
  await network.close();
  await server.stop();
  removeFolder(folder);
});

test('behind a PgBouncer in transaction mode all dialects work and agree, also under load', async () => {
  const gateway = await startGatewayProcess(join(folder, 'gateway'), {
    DATABASE_URL: url,
    TAGWAY_NAMED_STATEMENTS: 'off',
    TAGWAY_SEED: writeSeed(folder),
  });
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const speaker: Speaker = { port: gateway.port, token, project: seeded.alpha };
  const id = await openstack(speaker).create({ tags: ['red'] });
  await openstack(speaker).put(id, 'green=1');
  await huaweiImages(speaker).add(id, { key: 'blue', value: '2' });
  await huaweiCloudimages(speaker).setPair(id, { key: 'red', value: '3' });
  await huaweiImages(speaker).batch(id, 'delete', [{ key: 'green', value: '1' }]);
  expect(await tagsEverywhere(speaker, id)).toEqual(['blue=2', 'red=3']);
  const load = await TagLoad.begin({
    ...{ clients: 24, seed: 1, name: 'pooled', delayMs: 1, speakerOf: () => speaker },
  });
  await sleep(4_000);
  await load.stop();
  await load.readAll();
  const { operations, unknown, unexpected } = load.record;
  expect(operations).toBeGreaterThan(200);
  expect({ unknown, unexpected }).toEqual({ unknown: 0, unexpected: [] });
  expect(load.images.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  const shown = await send(gateway.port, 'GET', `/v2/images/${id}`, { token });
  const age = Date.now() - Date.parse(shown.json<{ created_at: string }>().created_at);
  expect(age).toBeLessThan(120_000);
  expect(age).toBeGreaterThan(-10_000);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

test('without the setting a gateway ends with a sentence, since PgBouncer takes none of its session settings', async () => {
  const { output, ended } = spawnGateway(join(folder, 'refused'), {
    DATABASE_URL: url,
    TAGWAY_SEED: writeSeed(folder),
  });
  expect((await ended).code).toBe(1);
  expect(output()).toContain('unsupported startup parameter');
  expect(output()).not.toMatch(/\n {4}at /);
});
