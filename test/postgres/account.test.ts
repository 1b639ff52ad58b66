import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildApp,
  connectionOf,
  isRoot,
  nobody,
  postmasterPid,
  query,
  testAsRoot,
  Workshop,
} from './workshop';

const workshop = new Workshop();

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('the files of Postgres are closed to other accounts', async () => {
  const stateDir = join(workshop.folder(), 'state');
  const { connection } = await workshop.start(stateDir);
  const home = join(stateDir, 'postgres');
  expect({
    state: modeOf(stateDir),
    home: modeOf(home),
    data: modeOf(join(home, 'data')),
    password: modeOf(join(home, 'password')),
    log: modeOf(join(home, 'postgres.log')),
    socket: modeOf(connection.host),
  }).toEqual({
    state: isRoot ? '711' : '700',
    home: isRoot ? '710' : '700',
    data: '700',
    password: '600',
    log: '600',
    socket: '700',
  });
});

testAsRoot(
  'root runs Postgres under another account, which owns its data and nothing else of the state folder',
  async () => {
    const stateDir = workshop.folder();
    chmodSync(stateDir, 0o700);
    await workshop.start(stateDir);
    const home = join(stateDir, 'postgres');
    const { uid } = statSync(join(home, 'data'));
    expect(uid).not.toBe(0);
    expect(statSync(`/proc/${String(postmasterPid(stateDir))}`).uid).toBe(uid);
    expect([stateDir, home, join(home, 'postgres.log')].map((path) => statSync(path).uid)).toEqual([0, 0, 0]);
  },
);

testAsRoot('root runs Postgres under the account that owns the data already', async () => {
  const stateDir = join(workshop.folder(), 'state');
  mkdirSync(stateDir);
  chownSync(stateDir, nobody.uid ?? 0, nobody.gid ?? 0);
  const child = workshop.child({ stateDir, ...nobody });
  await query(await connectionOf(child), 'create table kept as select 1 as a');
  child.process.stdin?.end();
  await child.exited;

  const server = await workshop.start(stateDir);
  expect(statSync(`/proc/${String(postmasterPid(stateDir))}`).uid).toBe(nobody.uid);
  expect(await query(server.connection, 'select a from kept')).toEqual([{ a: 1 }]);
  await server.stop();

  // And the owner can still use what root has touched.
  expect(
    await query(await connectionOf(workshop.child({ stateDir, ...nobody })), 'select a from kept'),
  ).toEqual([{ a: 1 }]);
});

testAsRoot('an ordinary user runs Postgres as itself in a state folder of its own', async () => {
  const stateDir = join(workshop.folder(), 'state');
  mkdirSync(stateDir, { mode: 0o700 });
  chownSync(stateDir, nobody.uid ?? 0, nobody.gid ?? 0);
  const child = workshop.child({ stateDir, ...nobody });
  expect(await query(await connectionOf(child), 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(statSync(`/proc/${String(postmasterPid(stateDir))}`).uid).toBe(nobody.uid);
  expect(modeOf(join(stateDir, 'postgres'))).toBe('700');
});

testAsRoot(
  'programs in a checkout that the account cannot reach are copied once, and old copies removed',
  async () => {
    const closed = join(workshop.folder(), 'home');
    mkdirSync(closed, { mode: 0o700 });
    buildApp(closed, 'copied');
    const stateDir = join(workshop.folder(), 'state');
    const home = join(stateDir, 'postgres');
    const old = join(home, 'native-17.0.0-beta.1');
    mkdirSync(old, { recursive: true });
    for (const folder of [stateDir, home]) chmodSync(folder, 0o711);

    const first = workshop.child({ stateDir, app: closed });
    expect(await query(await connectionOf(first), 'select 1 as one')).toEqual([{ one: 1 }]);
    const copies = readdirSync(home).filter((name) => name.startsWith('native-'));
    expect(copies).toEqual([expect.stringMatching(/^native-18\.[\w.-]+$/)]);
    first.process.stdin?.end();
    await first.exited;

    const made = statSync(join(home, copies[0] ?? '')).ctimeMs;
    await connectionOf(workshop.child({ stateDir, app: closed }));
    expect(statSync(join(home, copies[0] ?? '')).ctimeMs).toBe(made);
    expect(existsSync(join(home, 'lib'))).toBe(false);
  },
);
