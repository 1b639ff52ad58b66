import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { packagedBinariesFolder } from '../../src/postgres/binaries';
import { walMegabytes, sharedBuffersMegabytes } from '../../src/postgres/postgres-process';
import { connectionOf, query, Workshop } from './workshop';

const workshop = new Workshop();

test('the first start makes a database, and what was written is there after a restart', async () => {
  const stateDir = workshop.folder();
  const first = await workshop.start(stateDir);
  await query(first.connection, 'create table kept (a text)');
  await query(first.connection, `insert into kept values ('日本語')`);
  expect(first.isUp()).toBe(true);
  await first.stop();
  expect(first.isUp()).toBe(false);
  expect(existsSync(first.connection.host)).toBe(false);

  const second = await workshop.start(stateDir);
  expect(await query(second.connection, 'select a from kept')).toEqual([{ a: '日本語' }]);
});

test('nothing listens on the network, and only the durable settings are used', async () => {
  const { connection } = await workshop.start(await workshop.usedFolder());
  expect(
    await query(
      connection,
      `select name, setting from pg_settings where name in
    ('listen_addresses', 'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'max_connections') order by name`,
    ),
  ).toEqual([
    { name: 'data_checksums', setting: 'on' },
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
    { name: 'max_connections', setting: '60' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  expect(await query(connection, 'show password_encryption')).toEqual([
    { password_encryption: 'scram-sha-256' },
  ]);
});

test('its cache is an eighth of the memory, and its log a sixteenth of the free room, within bounds', async () => {
  const gigabyte = 2 ** 30;
  expect([0.1, 4, 8, 16, 500].map((free) => walMegabytes(free * gigabyte))).toEqual([
    256, 256, 512, 1024, 1024,
  ]);
  expect([0.25, 1, 4, 16, 24].map((size) => sharedBuffersMegabytes(size * gigabyte))).toEqual([
    128, 128, 512, 2048, 2048,
  ]);
  const { connection } = await workshop.start(await workshop.usedFolder());
  const [{ cache, log } = {}] = await query(
    connection,
    `select pg_size_bytes(current_setting('shared_buffers')) / 1048576 as cache,
      pg_size_bytes(current_setting('max_wal_size')) / 1048576 as log`,
  );
  expect(Number(cache)).toBeGreaterThanOrEqual(128);
  expect(Number(cache)).toBeLessThanOrEqual(2048);
  expect(Number(log)).toBeGreaterThanOrEqual(256);
  expect(Number(log)).toBeLessThanOrEqual(1024);
});

test('the socket is closed to a wrong password', async () => {
  const { connection } = await workshop.start(await workshop.usedFolder());
  await expect(query({ ...connection, password: 'app' }, 'select 1')).rejects.toMatchObject({
    code: '28P01',
  });
});

test.each([
  ['LANG and HOME are unset', {}],
  [
    'LC_ALL names a locale that is not there',
    { LC_ALL: 'tlh_KL.ISO-8859-15', LANG: 'de_DE', PGPORT: '1', PGHOST: '/no' },
  ],
])('text is UTF-8, counted and cased by code points when %s', async (_, environment) => {
  const connection = await connectionOf(workshop.child({ stateDir: workshop.folder(), environment }));
  expect(
    await query(
      connection,
      `select current_setting('server_encoding') as encoding, length('日本語🏷️é'), upper('é日本🏷️'),
         array(select unnest(array['b', 'ä', 'a', 'Z', '日', '🏷']) order by 1) as sorted`,
    ),
  ).toEqual([{ encoding: 'UTF8', length: 6, upper: 'É日本🏷️', sorted: ['Z', 'a', 'b', 'ä', '日', '🏷'] }]);
});

test('the state folder may have any characters in its path, and one too long for a socket', async () => {
  const odd = `a 'quoted', "spaced": path; $HOME \\`;
  const stateDir = join(workshop.folder(), odd, 'é日'.repeat(20), 'x'.repeat(100));
  const { connection } = await workshop.start(stateDir, { cacheDir: join(workshop.folder(), 'cache') });
  expect(Buffer.byteLength(join(connection.host, '.s.PGSQL.5432'))).toBeLessThan(104);
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the folder for temporary files may have a path with a comma or be too long for a socket', async () => {
  const odd = join(workshop.folder(), 'a, b');
  const long = join(workshop.folder(), 'x'.repeat(90));
  for (const folder of [odd, long]) mkdirSync(folder);
  const [inOdd, elsewhere] = await Promise.all(
    [odd, long].map(async (TMPDIR) => {
      const stateDir = await workshop.usedFolder();
      return connectionOf(workshop.child({ stateDir, environment: { TMPDIR } }));
    }),
  );
  expect(inOdd?.host.startsWith(odd)).toBe(true);
  expect(elsewhere?.host.startsWith(long)).toBe(false);
});

test('programs below a folder with quotes in its name are copied to the cache and run there', async () => {
  const native = join(workshop.folder(), 'a "b" $c: d', 'native');
  cpSync(dirname(packagedBinariesFolder()), dirname(native), { recursive: true, verbatimSymlinks: true });
  const cacheDir = join(workshop.folder(), 'cache');
  const stateDir = workshop.folder();
  const { connection } = await workshop.start(stateDir, { native, cacheDir });
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(readdirSync(cacheDir)).toEqual([expect.stringMatching(/^postgres-18\./)]);
});

test('links among the libraries are made in the state folder when install scripts were blocked', async () => {
  const native = join(workshop.folder(), 'package', 'native');
  cpSync(packagedBinariesFolder(), native, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !lstatSync(path).isSymbolicLink(),
  });
  const stateDir = workshop.folder();
  await workshop.start(stateDir, { native });
  expect(existsSync(join(native, 'lib', 'libicuuc.so.60'))).toBe(false);
  expect(readlinkSync(join(stateDir, 'postgres', 'lib', 'libicuuc.so.60'))).toBe(
    join(native, 'lib', 'libicuuc.so.60.2'),
  );
});

test('a log of more than 10 MB is put aside at the start', async () => {
  const stateDir = await workshop.usedFolder();
  const log = join(stateDir, 'postgres', 'postgres.log');
  writeFileSync(log, Buffer.alloc(11 * 2 ** 20, 'x'));
  await workshop.start(stateDir);
  expect(statSync(log).size).toBeLessThan(10_000);
  expect(statSync(`${log}.1`).size).toBe(11 * 2 ** 20);
});

test('what statements do wrong does not fill the log', async () => {
  const stateDir = await workshop.usedFolder();
  const { connection } = await workshop.start(stateDir);
  const log = join(stateDir, 'postgres', 'postgres.log');
  const before = statSync(log).size;
  await expect(query(connection, 'select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect(statSync(log).size).toBe(before);
});
