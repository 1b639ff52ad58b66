import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectionOf, isAlive, isRoot, postmasterPid, query, refusalOf, Workshop } from './workshop';
import { until } from '../support/until';

const workshop = new Workshop();
/** Without /proc, as on macOS, such a file hinders the start for as long as the other process lives. */
const testWithProc = existsSync('/proc/self/cwd') ? test : test.skip;

test('a second gateway on one state folder is refused, and the first one does not notice', async () => {
  const stateDir = await workshop.usedFolder();
  const { connection } = await workshop.start(stateDir);
  const pid = postmasterPid(stateDir);
  await expect(workshop.start(stateDir, { lockTimeoutMs: 200 })).rejects.toThrow(
    `Data directory in use by process ${String(pid)}: stop the Tagway that works on ${stateDir}, ` +
      'or set TAGWAY_STATE_DIR to another folder.',
  );
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(postmasterPid(stateDir)).toBe(pid);
});

test('a gateway that starts while another one stops waits for it', async () => {
  const stateDir = await workshop.usedFolder();
  const first = await workshop.start(stateDir);
  const second = workshop.start(stateDir);
  await first.stop();
  expect(await query((await second).connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.each([
  ['an empty folder', () => Promise.resolve(workshop.folder())],
  ['a folder with data', () => workshop.usedFolder()],
])('of two gateways that begin on %s at the same moment one gets it', async (_, newStateDir) => {
  const stateDir = await newStateDir();
  const children = [1, 2].map(() => workshop.child({ stateDir, lockTimeoutMs: 300 }));
  const outcomes = await Promise.all(children.map((child) => child.outcome));
  const up = outcomes.flatMap((outcome) => ('connection' in outcome ? [outcome.connection] : []));
  const refused = outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome.refused.message] : []));
  expect(up).toHaveLength(1);
  expect(refused).toEqual([expect.stringMatching(/^Data directory in use by /)]);
  for (const connection of up) await query(connection, 'create table t (a int); checkpoint');
  expect(readdirSync(join(stateDir, 'postgres')).filter((name) => name.includes('.part-'))).toEqual([]);
});

describe('a postmaster.pid left from a crash', () => {
  /** A state folder with such a file, which names that process. */
  async function crashedState(pid: number | 'as it was'): Promise<string> {
    const stateDir = await workshop.usedFolder();
    const child = workshop.child({ stateDir });
    await connectionOf(child);
    const file = join(stateDir, 'postgres', 'data', 'postmaster.pid');
    const left = readFileSync(file, 'utf8');
    child.process.stdin?.end();
    await child.exited;
    writeFileSync(file, pid === 'as it was' ? left : left.replace(/^\d+/, String(pid)), { mode: 0o600 });
    const { uid, gid } = statSync(join(stateDir, 'postgres', 'data'));
    if (isRoot) execFileSync('chown', [`${String(uid)}:${String(gid)}`, file]);
    return stateDir;
  }

  test('that names no living process needs no care', async () => {
    const { connection } = await workshop.start(await crashedState('as it was'), { lockTimeoutMs: 0 });
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  testWithProc(
    'that names a living process of another kind, its number given anew, does not hinder the start',
    async () => {
      const stateDir = await workshop.usedFolder();
      const { uid, gid } = statSync(join(stateDir, 'postgres', 'data'));
      const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
      try {
        const pid = stranger.pid ?? 0;
        const { connection } = await workshop.start(await crashedState(pid), { lockTimeoutMs: 500 });
        expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
        expect(isAlive(pid)).toBe(true);
      } finally {
        stranger.kill('SIGKILL');
      }
    },
  );

  testWithProc(
    'that names a process that has ended and is not reaped yet does not hinder the start',
    async () => {
      const stateDir = await workshop.usedFolder();
      const { uid, gid } = statSync(join(stateDir, 'postgres', 'data'));
      const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], isRoot ? { uid, gid } : {});
      try {
        const [line] = (await once(parent.stdout, 'data')) as [Buffer];
        const pid = parseInt(line.toString(), 10);
        await until(() => !isAlive(pid));
        expect(() => process.kill(pid, 0)).not.toThrow();
        await workshop.start(await crashedState(pid), { lockTimeoutMs: 0 });
      } finally {
        parent.kill('SIGKILL');
      }
    },
  );

  testWithProc(
    'that names the gateway itself, as after the restart of a container, does not hinder the start',
    async () => {
      await workshop.start(await crashedState(process.pid), { lockTimeoutMs: 0 });
    },
  );

  test('that names a living process that works in the data directory is respected', async () => {
    const stateDir = await workshop.usedFolder();
    const data = join(stateDir, 'postgres', 'data');
    const { uid, gid } = statSync(data);
    const holder = spawn(
      'sh',
      ['-c', 'cd "$1" && echo && exec sleep 60', 'sh', data],
      isRoot ? { uid, gid } : {},
    );
    try {
      await once(holder.stdout, 'data');
      writeFileSync(join(data, 'postmaster.pid'), `${String(holder.pid)}\n${data}\n`);
      await expect(workshop.start(stateDir, { lockTimeoutMs: 300 })).rejects.toThrow(
        `Data directory in use by process ${String(holder.pid)}:`,
      );
      expect(isAlive(holder.pid ?? 0)).toBe(true);
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
    await workshop.start(stateDir);
  });
});

const hasFlock = spawnSync('flock', ['--version']).status === 0;
(hasFlock ? test : test.skip)(
  'a gateway in another container, whose processes cannot be seen, is noticed by its lock',
  async () => {
    const stateDir = await workshop.usedFolder();
    const script = 'exec 9>>"$1"; flock 9; echo; exec sleep 60';
    const other = spawn('sh', ['-c', script, 'sh', join(stateDir, 'postgres', 'lock')]);
    try {
      await once(other.stdout, 'data');
      expect(await refusalOf(workshop.child({ stateDir, lockTimeoutMs: 300 }))).toMatch(
        /^Data directory in use by another process:/,
      );
    } finally {
      other.kill('SIGKILL');
    }
  },
);
