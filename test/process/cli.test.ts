import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { huaweiImages } from '../support/dialects';
import { type GatewayProcess, removeFolder, signIn, startGatewayProcess } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';

let folder: string;
beforeEach(async () => {
  folder = await usedStateFolder('tagway-cli');
});
afterEach(() => {
  removeFolder(folder);
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function tagway(args: string, input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const cli = join(__dirname, '../../dist/src/cli.js');
    const options = { env: { PATH: process.env['PATH'] ?? '', TAGWAY_STATE_DIR: folder } };
    const child = execFile(process.execPath, [cli, ...args.split(' ')], options, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
    child.stdin?.end(input);
  });
}

function field(ran: Ran, name: string): string {
  return new RegExp(`^${name}:? +(\\S+)$`, 'm').exec(ran.out)?.[1] ?? '';
}

async function seededGateway(): Promise<GatewayProcess> {
  return startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
}

test('the built program can be executed, also where npx linked an earlier build', () => {
  expect(() => {
    accessSync(join(__dirname, '../../dist/src/cli.js'), constants.X_OK);
  }).not.toThrow();
});

test('beside a running gateway a pair is made, listed without its secret, disabled and deleted', async () => {
  const gateway = await seededGateway();
  const made = await tagway('keys create --user alice --project alpha');
  const access = field(made, 'access key');
  const secret = field(made, 'secret key');
  expect([access.length, secret.length]).toEqual([20, 40]);

  const listed = await tagway('keys list');
  expect(listed.out).toMatch(new RegExp(`^${access} +enabled +permanent`, 'm'));
  expect(listed.out).not.toContain(secret);
  expect(listed.out).toMatch(new RegExp(`^${access} .* its own$`, 'm'));
  const wide = await tagway('keys create --user alice --project alpha --all-projects');
  const reach = new RegExp(`^${field(wide, 'access key')} .* all of the user$`, 'm');
  expect((await tagway('keys list')).out).toMatch(reach);

  expect((await tagway(`keys disable ${access}`)).code).toBe(0);
  expect((await tagway('keys list')).out).toMatch(new RegExp(`^${access} +disabled`, 'm'));
  expect((await tagway(`keys delete ${access}`)).code).toBe(0);
  expect((await tagway('keys list')).out).not.toContain(access);
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
});

test('a user made by command signs in, with the roles that were given', async () => {
  const gateway = await seededGateway();
  expect((await tagway('users create eve --password-stdin', 'her secret\n')).out).not.toContain('her secret');
  expect((await tagway('roles set eve alpha reader')).code).toBe(0);
  const token = await signIn(gateway.url, 'eve', 'her secret', 'alpha');
  const eve = { port: gateway.port, token, project: seeded.alpha };
  expect(await huaweiImages(eve).pairs(seeded.image)).toHaveLength(2);
  expect((await huaweiImages(eve).add(seeded.image, { key: 'x', value: 'y' })).status).toBe(403);
  await gateway.stop();
});

test('the master key is changed only while no gateway runs, and everything sealed is still good', async () => {
  const gateway = await seededGateway();
  const refused = await tagway('master-key rotate');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('stop it first')]);
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  await gateway.stop();
  expect((await tagway('master-key rotate')).code).toBe(0);
  const again = await seededGateway();
  const alice = { port: again.port, token, project: seeded.alpha };
  expect(await huaweiImages(alice).pairs(seeded.image)).toHaveLength(2);
  await again.stop();
});

test('mistakes are told in a sentence that helps, and with exit code 1', async () => {
  const unknown = await tagway('keys create --user nobody --project nowhere');
  expect(unknown).toMatchObject({ code: 1, err: 'tagway: there is no user "nobody"\n' });
  expect((await tagway('kyes list')).err).toContain("unknown command 'kyes'; did you mean keys?");
  expect((await tagway('keys create --usr alice')).err).toContain(
    "unknown option '--usr'\n(Did you mean --user?)",
  );
  expect((await tagway('keys create --user alice')).err).toContain(
    "required option '--project <name>' not specified",
  );
  expect((await tagway('keys --help')).out).toContain('its secret is shown this once');
});
