import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Database } from '../../../src/storage/database/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/postgres/index';
import { migrate } from '../../../src/storage/migrator';
import { removeFolder, temporaryFolder } from '../../support/gateway-process';
import { Network } from '../../support/network';
import { allowed } from '../../support/allowed';

/** Both are copies that nobody wants back. */
const settings = { fsync: 'off', full_page_writes: 'off', wal_retrieve_retry_interval: '100ms' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A server that is reached over the network, as those of an operator are. */
interface Host {
  readonly server: EmbeddedPostgres;
  readonly network: Network;
}

let home: string;
let folder: string;
let one: Host;
let two: Host;
let database: Database;
let written = 0;

beforeAll(async () => {
  home = temporaryFolder('tagway-primary');
  chmodSync(home, 0o755);
  const initdb = ['--wal-segsize=1', '--no-sync'];
  const server = await startEmbeddedPostgres({ stateDir: join(home, 'made'), log: quiet, settings, initdb });
  await migrate(server.connection);
  await server.stop();
}, 60_000);
afterAll(() => {
  removeFolder(home);
});

beforeEach(async () => {
  folder = temporaryFolder('tagway-primary');
  chmodSync(folder, 0o755);
  for (const name of ['one', 'two']) execFileSync('cp', ['-a', join(home, 'made'), join(folder, name)]);
  // A standby without a primary to follow waits to be promoted, which is all that is asked of it here.
  writeFileSync(join(folder, 'two/postgres/data/standby.signal'), '');
  [one, two] = await Promise.all([hostIn(join(folder, 'one')), hostIn(join(folder, 'two'))]);
  // The standby first: it is not the order that counts.
  database = new Database(urlOf([two, one]), 4, () => undefined);
}, 60_000);
afterEach(async () => {
  await database.close();
  await Promise.all([one, two].flatMap(({ server, network }) => [network.close(), server.stop()]));
  removeFolder(folder);
});

async function hostIn(stateDir: string): Promise<Host> {
  const server = await startEmbeddedPostgres({ stateDir, log: quiet, settings });
  const { host, port } = server.connection;
  return { server, network: await Network.to({ path: join(host, `.s.PGSQL.${String(port)}`) }) };
}

function urlOf(hosts: readonly Host[]): string {
  const { user, password, database: name } = one.server.connection;
  const list = hosts.map(({ network }) => `127.0.0.1:${String(network.port)}`).join(',');
  return `postgresql://${user}:${encodeURIComponent(password)}@${list}/${name}`;
}

async function write(): Promise<void> {
  const text = `insert into image_owners (id, project_id) values ('image-${String(++written)}', 'p')`;
  await database.query({ text }, []);
}

async function at<Row>({ server }: Host, text: string): Promise<Row[]> {
  const client = new Client({ ...server.connection, ssl: false });
  await client.connect();
  const { rows } = await client.query(text).finally(() => client.end());
  return rows as Row[];
}

async function rowsAt(host: Host): Promise<number> {
  const [row] = await at<{ count: string }>(host, 'select count(*) from image_owners');
  return Number(row?.count);
}

test('of several hosts the primary is used, by migrations too; without one nothing is done and nobody waits long, until there is one', async () => {
  await migrate(urlOf([two, one]));
  await write();
  expect([await rowsAt(one), await rowsAt(two)]).toEqual([1, 0]);
  await one.network.set('cut');
  // An idle connection that has not heard of it yet would make the outcome unknown.
  await sleep(300);
  const begun = performance.now();
  await expect(database.query({ text: 'select 1' }, [])).rejects.toMatchObject({
    name: 'Unavailable',
    outcome: 'not-done',
    message: 'none of 2 hosts takes changes',
  });
  expect(performance.now() - begun).toBeLessThan(allowed(8_000));
  await at(two, 'select pg_promote()');
  await write();
  expect(await rowsAt(two)).toBe(1);
  // The old one comes back as what it was: it is no longer asked.
  await one.network.set('fair');
  await Promise.all(Array.from({ length: 8 }, write));
  expect([await rowsAt(one), await rowsAt(two)]).toEqual([1, 9]);
}, 60_000);

/** It takes the six seconds after which a statement is given up. */
const slowTest = process.env['SLOW_TESTS'] === '1' ? test : test.skip;

slowTest(
  'a primary that stands still is left for the one that was promoted',
  async () => {
    await write();
    await one.network.set('half-open');
    await expect(write()).rejects.toMatchObject({ name: 'Unavailable' });
    await at(two, 'select pg_promote()');
    for (let tries = 0; ; tries++) {
      try {
        await write();
        break;
      } catch (error) {
        if (tries > 100) throw error;
        await sleep(100);
      }
    }
    expect(await rowsAt(two)).toBe(1);
  },
  60_000,
);

test('a change that a host refuses as read-only is made at the new primary, and the caller does not notice; without one he is told', async () => {
  await Promise.all([write(), write(), write()]);
  await at(one, 'alter system set default_transaction_read_only = on');
  await at(one, 'select pg_reload_conf()');
  await untilReadOnly();
  await expect(write()).rejects.toMatchObject({ name: 'Unavailable', outcome: 'not-done' });
  await at(two, 'select pg_promote()');
  await Promise.all([write(), write(), write()]);
  expect([await rowsAt(one), await rowsAt(two)]).toEqual([3, 3]);
}, 60_000);

/** Sessions take the setting one after another. */
async function untilReadOnly(): Promise<void> {
  const text = "select current_setting('transaction_read_only') as setting";
  const [row] = await at<{ setting: string }>(one, text);
  // The sessions of the pool take it at about the same time.
  await sleep(200);
  if (row?.setting === 'on') return;
  await untilReadOnly();
}
