import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { removeFolder, startGatewayProcess } from '../support/gateway-process';
import { seeded, writeSeed } from '../support/seed';
import { usedStateFolder } from '../support/used-state';
import { send } from '../support/wire';

let folder: string;
beforeEach(async () => {
  folder = await usedStateFolder('tagway-credentials-cli');
});
afterEach(() => {
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

test('an application credential made by command logs in with its roles until it is deleted, over a new token key', async () => {
  const gateway = await startGatewayProcess(folder, { TAGWAY_SEED: writeSeed(folder) });
  try {
    const made = await tagway(
      'credentials',
      'create',
      'robot',
      '--user',
      'alice',
      '--project',
      'alpha',
      '--role',
      'reader',
    );
    expect([made.code, made.err]).toEqual([0, '']);
    const id = /^id: +(\S+)$/m.exec(made.out)?.[1] ?? '';
    const secret = /^secret: +(\S+)$/m.exec(made.out)?.[1] ?? '';
    const body = {
      auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
    };
    const login = await send(gateway.port, 'POST', '/v3/auth/tokens', { body });
    const token = String(login.headers['x-subject-token']);
    expect((await tagway('token-key', 'rotate')).code).toBe(0);
    expect((await send(gateway.port, 'GET', `/v2/images/${seeded.image}`, { token })).status).toBe(200);
    expect((await send(gateway.port, 'PUT', `/v2/images/${seeded.image}/tags/x`, { token })).status).toBe(
      403,
    );
    const listed = await tagway('credentials', 'list', 'alice');
    expect(listed.out).toMatch(new RegExp(`^${id} +robot .*for good +reader$`, 'm'));
    expect(listed.out).not.toContain(secret);
    expect((await tagway('credentials', 'delete', 'alice', id)).code).toBe(0);
    expect((await send(gateway.port, 'POST', '/v3/auth/tokens', { body })).status).toBe(401);
  } finally {
    await gateway.stop();
  }
});
