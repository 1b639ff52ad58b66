import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { isFolderUsable, programFolders } from '../../src/postgres/cache-folder';
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
  'programs in a checkout that the account cannot reach are copied once to the cache, whatever the state folder is called',
  async () => {
    const closed = join(workshop.folder(), 'home');
    mkdirSync(closed, { mode: 0o700 });
    buildApp(closed, 'copied');
    const cacheDir = join(workshop.folder(), 'cache');
    const forgotten = join(cacheDir, 'postgres-17.0.0-beta.1');
    mkdirSync(forgotten, { recursive: true });
    utimesSync(forgotten, new Date(0), new Date(0));

    const made: number[] = [];
    for (const name of ['plain', `odd: "quoted" 'path'; $HOME \`x\``]) {
      const stateDir = join(workshop.folder(), name);
      const child = workshop.child({ stateDir, cacheDir, app: closed });
      expect(await query(await connectionOf(child), 'select 1 as one')).toEqual([{ one: 1 }]);
      child.process.stdin?.end();
      await child.exited;
      const copies = readdirSync(cacheDir);
      expect(copies).toEqual([expect.stringMatching(/^postgres-18\.[\w.-]+$/)]);
      made.push(statSync(join(cacheDir, copies[0] ?? '', 'bin')).ctimeMs);
      expect(readdirSync(join(stateDir, 'postgres')).sort()).toEqual([
        'data',
        'lock',
        'password',
        'postgres.log',
      ]);
    }
    expect(made[1]).toBe(made[0]);
  },
);

describe('a folder for programs', () => {
  const own = { uid: process.getuid?.() ?? 0, gid: 0, name: 'own', isOther: false };

  test('is made closed, and used when it is there', async () => {
    const folder = join(workshop.folder(), 'a', 'b');
    expect(await isFolderUsable(folder, own)).toBe(true);
    expect(modeOf(folder)).toBe('700');
    expect(await isFolderUsable(folder, own)).toBe(true);
  });

  test('is not used when others may write to it, or move it aside', async () => {
    const open = join(workshop.folder(), 'open');
    const below = join(open, 'below');
    mkdirSync(below, { recursive: true });
    chmodSync(open, 0o777);
    expect([await isFolderUsable(open, own), await isFolderUsable(below, own)]).toEqual([false, false]);
    chmodSync(open, 0o1777);
    expect([await isFolderUsable(open, own), await isFolderUsable(below, own)]).toEqual([false, true]);
  });

  testAsRoot('is not used when another account owns it, or a link to it', async () => {
    const folder = workshop.folder();
    const [foreign, good, link] = ['foreign', 'good', 'link'].map((name) => join(folder, name));
    if (!foreign || !good || !link) throw new Error('three names');
    for (const made of [foreign, good]) mkdirSync(made);
    chownSync(foreign, nobody.uid ?? 0, nobody.gid ?? 0);
    symlinkSync(good, link);
    expect(await Promise.all([foreign, good, link].map((one) => isFolderUsable(one, own)))).toEqual([
      false,
      true,
      true,
    ]);
    lchownSync(link, nobody.uid ?? 0, nobody.gid ?? 0);
    expect(await isFolderUsable(link, own)).toBe(false);
  });

  test('is not used with a path that Postgres cannot work with', () => {
    expect(programFolders('/a:b', own)).not.toContain('/a:b');
    expect(programFolders('/a b', own)[0]).toBe('/a b');
  });

  testAsRoot('of root is one that the account of Postgres may pass', async () => {
    const closed = join(workshop.folder(), 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const other = { uid: nobody.uid ?? 0, gid: nobody.gid ?? 0, name: 'nobody', isOther: true };
    expect(await isFolderUsable(join(closed, 'cache'), other)).toBe(false);
    expect(await isFolderUsable(closed, other)).toBe(true);
  });
});
