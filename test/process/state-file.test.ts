import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openstack } from '../support/dialects';
import {
  readOpenrc,
  removeFolder,
  signIn,
  spawnGateway,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { seeded } from '../support/seed';
import { send } from '../support/wire';

jest.setTimeout(120_000);

const first = join(__dirname, '../storage/state-file/first.tgw');
const folder = temporaryFolder('tagway-state-file');
const [stateDir, anotherDir] = [temporaryFolder('tagway-state'), temporaryFolder('tagway-state')];
const file = join(folder, 'suite.tgw');
afterAll(() => {
  for (const path of [folder, stateDir, anotherDir]) removeFolder(path);
});

async function refusal(env: Readonly<Record<string, string>>, dir = stateDir): Promise<string> {
  const { output, ended } = spawnGateway(dir, env);
  expect((await ended).code).toBe(1);
  return output();
}

test('a gateway that lasts begins with a state file once, goes on with what it holds, and is reset to the file', async () => {
  copyFileSync(first, file);
  const env = { TAGWAY_STATE_FILE: file, TAGWAY_ADMIN: 'on' };
  const gateway = await startGatewayProcess(stateDir, env);
  const alice = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const speaker = { port: gateway.port, token: alice, project: seeded.alpha };
  expect((await openstack(speaker).put(seeded.image, 'later')).status).toBe(204);
  expect(readOpenrc(stateDir)).toMatchObject({
    OS_AUTH_URL: `${gateway.url}/v3`,
    OS_USERNAME: 'alice',
    OS_PASSWORD: seeded.password,
    OS_PROJECT_NAME: 'alpha',
    HUAWEICLOUD_SDK_AK: seeded.access,
  });
  expect((await gateway.stop()).code).toBe(0);
  const again = await startGatewayProcess(stateDir, env);
  const there = { ...speaker, port: again.port };
  expect(await openstack(there).tags(seeded.image)).toEqual(['a', 'k=v', 'later', 'red']);
  const admins = JSON.parse(readFileSync(first, 'utf8').split('\n', 1)[0] ?? '') as {
    known: { users: { name: string; password: string }[] };
  };
  const { name = '', password = '' } = admins.known.users.find((user) => user.name === 'tagway-admin') ?? {};
  const token = await signIn(again.url, name, password, 'alpha');
  expect((await send(again.port, 'POST', '/admin/reset', { token })).status).toBe(204);
  expect(await openstack(there).tags(seeded.image)).toEqual(['a', 'k=v', 'red']);
  expect((await again.stop()).code).toBe(0);
});

test('another file for the same folder, a folder that began otherwise and a damaged file are refused', async () => {
  const text = readFileSync(first, 'utf8');
  writeFileSync(file, text.replace(/[0-9a-f]{64}"\}\n$/, `${'0'.repeat(64)}"}\n`));
  const env = { TAGWAY_STATE_FILE: file };
  expect(await refusal(env)).toContain(
    `${stateDir} began with another state file than ${file}: name an empty`,
  );
  expect(await refusal(env, anotherDir)).toMatch(
    /^The state file \S+ cannot be used: line \d+: the checksum of the file does not fit: get an undamaged copy of the file\. Nothing was changed\.$/m,
  );
  removeFolder(join(stateDir, 'state.tgw'));
  expect(await refusal(env)).toContain('holds a database already, which did not begin with a state file');
});

test('what a state file excludes is named before anything starts', async () => {
  const env = { TAGWAY_STATE_FILE: file, TAGWAY_SEED: 'seed.json', TAGWAY_WORKERS: '2' };
  const told = await refusal({ ...env, DATABASE_URL: 'postgres://localhost/x' });
  expect(told).toContain('TAGWAY_STATE_FILE and TAGWAY_SEED exclude each other');
  expect(told).toContain('TAGWAY_STATE_FILE is for the embedded Postgres');
  expect(told).toContain('TAGWAY_STATE_FILE needs TAGWAY_WORKERS=1');
});
