import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { FakeKeystone } from '../support/fake-keystone';
import { removeFolder, temporaryFolder } from '../support/gateway-process';
import { putUsedState } from '../support/used-state';

let folder: string;
let keystone: FakeKeystone;

beforeEach(async () => {
  folder = temporaryFolder('tagway-keystone-cli');
  keystone = new FakeKeystone();
  await keystone.start();
  keystone.users.set('u1', { name: 'alice', enabled: true, roles: { p1: ['member'] } });
});
afterEach(async () => {
  await keystone.stop();
  removeFolder(folder);
});

function tagway(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    TAGWAY_STATE_DIR: folder,
    TAGWAY_IDENTITY: 'keystone',
    TAGWAY_KEYSTONE_URL: keystone.url,
    TAGWAY_KEYSTONE_USER: keystone.serviceUser.name,
    TAGWAY_KEYSTONE_PASSWORD: keystone.serviceUser.password,
  };
  return new Promise((resolve) => {
    const cli = join(__dirname, '../../dist/src/cli.js');
    execFile(process.execPath, [cli, ...args], { env }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

test('keys are made for users and projects of Keystone, and survive a new master key', async () => {
  const made = await tagway('keys', 'create', '--user', 'u1', '--project', 'p1');
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/project id: +p1/);
  expect((await tagway('master-key', 'rotate')).out).toContain('1 secrets');
  expect((await tagway('keys', 'list')).out).toMatch(/enabled +permanent +u1 +p1/);
});

test('users, projects and roles are not arranged here, and a user whom Keystone does not know gets no key', async () => {
  await putUsedState(folder);
  expect((await tagway('projects', 'create', 'x')).err).toContain('kept elsewhere');
  const unknown = await tagway('keys', 'create', '--user', 'nobody', '--project', 'p1');
  expect([unknown.code, unknown.err]).toEqual([1, 'tagway: Keystone has no user "nobody"\n']);
});
