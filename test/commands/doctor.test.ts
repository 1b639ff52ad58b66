import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { doctorCommand } from '../../src/commands/doctor';
import { checkNodeVersion } from '../../src/commands/doctor/machine';
import { connectionUrl } from '../support/connection-url';
import { createDatabase, dropDatabase } from '../support/database';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string | null;
}

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-doctor');
  chmodSync(folder, 0o755);
});
afterEach(() => {
  removeFolder(folder);
  process.exitCode = 0;
});

/** What it finds, by name, and its exit code. */
async function doctor(
  env: Record<string, string>,
): Promise<{ code: unknown; found: Record<string, Finding> }> {
  let printed = '';
  const settings = { TAGWAY_STATE_DIR: join(folder, 'state'), TAGWAY_PORT: '0', ...env };
  process.exitCode = 0;
  await doctorCommand(settings, (text) => (printed = text)).parseAsync(['--json'], { from: 'user' });
  const list = JSON.parse(printed) as Finding[];
  return { code: process.exitCode, found: Object.fromEntries(list.map((each) => [each.name, each])) };
}

test('a machine on which all is well is 0, and nothing is created', async () => {
  const { code, found } = await doctor({});
  expect(Object.values(found).filter(({ ok }) => !ok)).toEqual([]);
  expect(code).toBe(0);
  expect(found['database']?.detail).toMatch(/^the embedded Postgres \d+\.\d+ runs here/);
  expect(found['state folder']?.detail).toContain('created at the first start');
});

test('with faulty settings every fault is shown, and the exit code is 1', async () => {
  const lines: string[] = [];
  await doctorCommand({ TAGWAY_PORT: 'x', TAGWAY_PROT: '1' }, (text) => lines.push(text)).parseAsync([], {
    from: 'user',
  });
  expect(process.exitCode).toBe(1);
  expect(lines.join('\n')).toMatch(
    /attention +settings +TAGWAY_PORT must be[^]*attention +settings +TAGWAY_PROT is no setting/,
  );
});

test('a port that is taken, a seed with faults and a certificate that is missing are named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const seed = join(folder, 'seed.json');
  writeFileSync(seed, '{"users":[{"name":7}]}');
  try {
    const { code, found } = await doctor({
      TAGWAY_PORT: String((taken.address() as { port: number }).port),
      TAGWAY_SEED: seed,
      TAGWAY_TLS_CERT: join(folder, 'no.pem'),
      TAGWAY_TLS_KEY: join(folder, 'no.pem'),
    });
    expect(code).toBe(1);
    expect(found['port']?.detail).toContain('is taken, perhaps by another Tagway: set TAGWAY_PORT');
    expect(found['seed']).toMatchObject({ ok: false, detail: expect.stringContaining('users') as string });
    expect(found['certificate']).toMatchObject({
      ok: false,
      detail: expect.stringContaining('no.pem') as string,
    });
  } finally {
    taken.close();
  }
});

test('a state file that is cut off is named, and one that is whole is good', async () => {
  const first = join(__dirname, '../storage/state-file/first.tgw');
  expect((await doctor({ TAGWAY_STATE_FILE: first })).found['state file']).toMatchObject({ ok: true });
  const cut = join(folder, 'cut.tgw');
  writeFileSync(cut, readFileSync(first).subarray(0, 9_000));
  expect((await doctor({ TAGWAY_STATE_FILE: cut })).found['state file']).toMatchObject({
    ok: false,
    detail: expect.stringContaining(`The state file ${cut} cannot be used: line`) as string,
  });
});

test('a state folder that is a file needs attention', async () => {
  writeFileSync(join(folder, 'state'), '');
  const { found } = await doctor({});
  expect(found['state folder']).toMatchObject({
    ok: false,
    detail: expect.stringContaining('is not a folder') as string,
  });
});

test('a database elsewhere is asked for its version and its connections', async () => {
  const { database, connection } = await createDatabase();
  try {
    const here = await doctor({ DATABASE_URL: connectionUrl(connection) });
    expect(here.found['database']).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^Postgres \d+.*20 of \d+ connections$/) as string,
    });
    const crowded = await doctor({
      DATABASE_URL: connectionUrl(connection),
      TAGWAY_POOL_SIZE: '100',
      TAGWAY_WORKERS: '64',
    });
    expect(crowded.found['database']?.advice).toMatch(/together 6410 connections/);
  } finally {
    await database.close();
    await dropDatabase(connection.database);
  }
  const away = await doctor({ DATABASE_URL: 'postgres://me:secret-word@127.0.0.1:1/none' });
  expect(away.code).toBe(1);
  expect(away.found['database']).toMatchObject({
    ok: false,
    detail: expect.stringContaining('ECONNREFUSED') as string,
  });
  expect(JSON.stringify(away.found)).not.toContain('secret-word');
});

test('a Node that is too old needs attention', () => {
  const advised = ['18.20.0', '20.18.3', '20.19.0', '22.1.0'].map(
    (version) => checkNodeVersion(version).advice !== undefined,
  );
  expect(advised).toEqual([true, true, false, false]);
});
