import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, removeFolder, signIn, startGatewayProcess } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';
import { send } from '../support/wire';

let folder: string;
let gateway: GatewayProcess;
beforeEach(async () => {
  folder = await usedStateFolder('tagway-directory-cli');
  gateway = await startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
});
afterEach(async () => {
  await gateway.stop();
  removeFolder(folder);
});

function tagway(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const cli = join(__dirname, '../../dist/src/cli.js');
    const env = { PATH: process.env['PATH'] ?? '', TAGWAY_STATE_DIR: folder };
    execFile(process.execPath, [cli, ...args], { env }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

async function listed(...args: string[]): Promise<Record<string, string>[]> {
  return JSON.parse((await tagway(...args, '--json')).out) as Record<string, string>[];
}

test('users, projects and roles are listed, as a table and as JSON', async () => {
  const table = (await tagway('projects', 'list')).out.split('\n');
  expect(table[0]).toMatch(/^id +name +domain +state$/);
  expect(table[1]).toMatch(new RegExp(`^${seeded.alpha} +alpha +Default +enabled$`));
  expect((await listed('users', 'list')).find(({ name }) => name === 'alice')).toMatchObject({
    domain: 'Default',
    state: 'enabled',
  });
  const roles = await listed('roles', 'list');
  expect(roles.map(({ name }) => name)).toEqual(expect.arrayContaining(['admin', 'member', 'reader']));
  const own = await listed('roles', 'assignments', '--user', 'alice', '--project', 'alpha');
  expect(own).toEqual([{ who: 'user alice', role: 'member', where: 'project alpha', reach: '' }]);
});

test('a deleted user signs in no more, and the keys and tokens of that user end', async () => {
  const made = await tagway('users', 'create', 'eve');
  const password = /^password: (\S+)$/m.exec(made.out)?.[1] ?? '';
  await tagway('roles', 'set', 'eve', 'alpha', 'member');
  await tagway('keys', 'create', '--user', 'eve', '--project', 'alpha');
  const before = await listed('keys', 'list');
  const token = await signIn(gateway.url, 'eve', password, 'alpha');
  const deleted = await tagway('users', 'delete', 'eve');
  expect([deleted.code, deleted.out]).toEqual([0, 'The user eve is deleted.\n']);
  expect((await listed('users', 'list')).map(({ name }) => name)).not.toContain('eve');
  expect((await listed('keys', 'list')).length).toBe(before.length - 1);
  await expect(signIn(gateway.url, 'eve', password, 'alpha')).rejects.toThrow(/^401 /);
  // Within the time for which another process' changes may go unseen, which these commands have taken or not.
  const read = async (): Promise<number> =>
    (await send(gateway.port, 'GET', `/v2/images/${seeded.image}`, { token })).status;
  for (let second = 0; second < 10 && (await read()) !== 401; second++) await sleep(1_000);
  expect(await read()).toBe(401);
  expect(await tagway('users', 'delete', 'eve')).toMatchObject({
    code: 1,
    err: 'tagway: there is no user "eve"\n',
  });
});

test('a project that owns images is deleted on demand alone', async () => {
  const refused = await tagway('projects', 'delete', 'alpha');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('owns images')]);
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  expect((await send(gateway.port, 'GET', `/v2/images/${seeded.image}`, { token })).status).toBe(200);
  await tagway('projects', 'create', 'empty');
  expect((await tagway('projects', 'delete', 'empty')).code).toBe(0);
  expect((await tagway('projects', 'delete', seeded.alpha, '--leave-images')).code).toBe(0);
  const left = (await listed('projects', 'list')).map(({ name }) => name);
  expect(left).toEqual(expect.arrayContaining(['beta']));
  expect(left.filter((name) => name === 'alpha' || name === 'empty')).toEqual([]);
});

test('a deleted role is taken from all who had it', async () => {
  await tagway('roles', 'set', 'alice', 'alpha', 'member', 'auditor');
  expect((await listed('roles', 'list')).find(({ name }) => name === 'auditor')).toMatchObject({
    assignments: '1',
  });
  expect((await tagway('roles', 'delete', 'auditor')).code).toBe(0);
  const own = await listed('roles', 'assignments', '--user', 'alice', '--project', 'alpha');
  expect(own.map(({ role }) => role)).toEqual(['member']);
  expect(await tagway('roles', 'delete', 'auditor')).toMatchObject({
    code: 1,
    err: 'tagway: there is no role "auditor"\n',
  });
});
