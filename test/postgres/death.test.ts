import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, findRunningServer } from '../../src/postgres/index';
import { connectionOf, isAlive, postmasterPid, query, testAsRoot, Workshop } from './workshop';
import { until } from '../support/until';

const workshop = new Workshop();

test('kill -9 of the gateway ends Postgres, and the next start has all that was acknowledged', async () => {
  const stateDir = await workshop.usedFolder();
  const child = workshop.child({ stateDir });
  const connection = await connectionOf(child);
  await query(connection, 'create table kept as select generate_series(1, 1000) as a');
  const postmaster = postmasterPid(stateDir);
  child.process.kill('SIGKILL');
  await until(() => !isAlive(postmaster));
  await until(() => !existsSync(connection.host));

  const next = await workshop.start(stateDir);
  expect(await query(next.connection, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
});

test('a Postgres whose gateway is gone is not found by commands, though it has yet to end', async () => {
  const stateDir = await workshop.usedFolder();
  const child = workshop.child({ stateDir });
  const { host } = await connectionOf(child);
  const postmaster = postmasterPid(stateDir);
  expect(findRunningServer(stateDir)).toMatchObject({ host });
  process.kill(postmaster, 'SIGSTOP');
  child.process.kill('SIGKILL');
  await until(() => existsSync(join(host, '.released')));
  expect([findRunningServer(stateDir), isAlive(postmaster)]).toEqual([null, true]);
  process.kill(postmaster, 'SIGCONT');
  await until(() => !isAlive(postmaster));
});

test('kill -9 of the gateway and Postgres together loses nothing, and the next start clears up behind them', async () => {
  const stateDir = await workshop.usedFolder();
  const child = workshop.child({ stateDir });
  const connection = await connectionOf(child);
  await query(connection, 'create table kept as select generate_series(1, 1000) as a');
  process.kill(postmasterPid(stateDir), 'SIGKILL');
  child.process.kill('SIGKILL');
  await child.exited;

  const next = await workshop.start(stateDir);
  expect(await query(next.connection, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
  expect(existsSync(connection.host)).toBe(false);
});

test('kill -9 at any moment of the first start leaves no half cluster and no process', async () => {
  const stateDir = workshop.folder();
  const data = join(stateDir, 'postgres', 'data');
  for (const moment of [100, 250, 400]) {
    const child = workshop.child({ stateDir });
    await sleep(moment);
    child.process.kill('SIGKILL');
    await child.exited;
    if (existsSync(data)) expect(readFileSync(join(data, 'PG_VERSION'), 'utf8')).toBe('18\n');
    await until(() => processesNaming(stateDir) === 0);
  }
  const next = await workshop.start(stateDir);
  expect(await query(next.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

function processesNaming(text: string): number {
  const lines = execFileSync('ps', ['-eo', 'args']).toString().split('\n');
  return lines.filter((line) => line.includes(text)).length;
}

test('what an interrupted start left is removed once it is old', async () => {
  const stateDir = await workshop.usedFolder();
  const [old, fresh] = ['data.part-00000000', 'data.part-11111111'].map((name) =>
    join(stateDir, 'postgres', name),
  );
  if (old === undefined || fresh === undefined) throw new Error('unreachable');
  for (const left of [old, fresh]) mkdirSync(left);
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(old, hourAgo, hourAgo);
  await workshop.start(stateDir);
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('Postgres has a process group of its own, so that Ctrl-C reaches the gateway alone', async () => {
  const stateDir = await workshop.usedFolder();
  await workshop.start(stateDir);
  const groupOf = (pid: number): string =>
    execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)])
      .toString()
      .trim();
  expect(groupOf(postmasterPid(stateDir))).not.toBe(groupOf(process.pid));
});

test('a Postgres that is killed is started again on the same socket', async () => {
  const stateDir = await workshop.usedFolder();
  const server = await workshop.start(stateDir);
  await query(server.connection, 'create table kept as select 1 as a');
  for (let round = 0; round < 2; round++) {
    process.kill(postmasterPid(stateDir), 'SIGKILL');
    await until(() => !server.isUp());
    await until(() => server.isUp());
    expect(await query(server.connection, 'select a from kept')).toEqual([{ a: 1 }]);
  }
});

test('a guard that is killed alone takes its Postgres with it, and both come again', async () => {
  const stateDir = await workshop.usedFolder();
  const server = await workshop.start(stateDir);
  const postmaster = postmasterPid(stateDir);
  const guard = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(postmaster)]).toString());
  process.kill(guard, 'SIGKILL');
  await until(() => !server.isUp());
  await until(() => server.isUp());
  expect(isAlive(postmaster)).toBe(false);
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a stop while Postgres is down is a stop', async () => {
  const stateDir = await workshop.usedFolder();
  const server = await workshop.start(stateDir);
  const postmaster = postmasterPid(stateDir);
  process.kill(postmaster, 'SIGKILL');
  await until(() => !server.isUp());
  await server.stop();
  await sleep(300);
  expect(server.isUp()).toBe(false);
  await until(() => processesNaming(stateDir) === 0);
  expect(existsSync(server.connection.host)).toBe(false);
});

test('a stop ends sessions that are busy, and can be asked for twice', async () => {
  const server = await workshop.start(await workshop.usedFolder());
  const busy = query(server.connection, 'select pg_sleep(60)').catch((error: unknown) => error);
  await sleep(100);
  await Promise.all([server.stop(), server.stop()]);
  // On a busy machine the line may be cut before the server's last words are read.
  expect(String(await busy)).toMatch(/terminat/);
});

testAsRoot('a full disk stops Postgres until there is room again, without a crash loop or loss', async () => {
  const stateDir = workshop.folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120m,mode=0711', 'tmpfs', stateDir]);
  const faults: unknown[] = [];
  const error = (_: string, facts: unknown): void => void faults.push(facts);
  const server = await workshop.start(stateDir, {
    log: { info: () => undefined, warn: () => undefined, error },
  });
  try {
    await query(server.connection, 'create table kept (a int)');
    writeFileSync(join(stateDir, 'ballast'), Buffer.alloc(40 * 2 ** 20));
    const acknowledged = await writeUntilRefused(server);
    await until(() => !server.isUp());
    await sleep(1500);
    expect(server.isUp()).toBe(false);
    expect(faults.length).toBeLessThan(8);
    expect(JSON.stringify(faults)).toMatch(/Only \d+ MB are free/);
    const log = readFileSync(join(stateDir, 'postgres', 'postgres.log'), 'utf8');
    expect(log.match(/starting PostgreSQL/g)).toHaveLength(1);

    rmSync(join(stateDir, 'ballast'));
    await until(() => server.isUp());
    const rows = await query<{ a: number }>(server.connection, 'select a from kept order by a');
    // The write that got no answer may be there or not.
    expect(rows.map(({ a }) => a).slice(0, acknowledged)).toEqual([...Array(acknowledged).keys()]);
  } finally {
    await server.stop();
    execFileSync('umount', ['-l', stateDir]);
  }
});

/** Each row comes with 1 MB for the write-ahead log. @returns how many were acknowledged */
async function writeUntilRefused({ connection }: EmbeddedPostgres): Promise<number> {
  for (let row = 0; row < 200; row++) {
    try {
      const filler = `pg_logical_emit_message(true, 'filler', repeat('x', 1000000))`;
      await query(connection, `insert into kept select ${String(row)} where ${filler} is not null`);
    } catch {
      return row;
    }
  }
  throw new Error('the disk was never full');
}
