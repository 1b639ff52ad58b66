import {
  type GatewayProcess,
  readOpenrc,
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { run } from './command';

jest.setTimeout(120_000);

let home: string;
beforeAll(() => {
  home = temporaryFolder('tagway-auth-types');
});
afterAll(() => {
  removeFolder(home);
});

/** Creates an image, tags it and lists by the tag, with these options of the CLI. */
async function tagAndList(...options: string[]): Promise<void> {
  const openstack = async (...args: string[]): Promise<string> => {
    const ran = await run(home, {}, 'openstack', ...options, 'image', ...args);
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.err}`);
    return ran.out.trim();
  };
  const id = await openstack('create', 'one', '--tag', 't1', '-f', 'value', '-c', 'id');
  await openstack('set', '--tag', 'env=prod', id);
  expect(await openstack('list', '--tag', 'env=prod', '-f', 'value', '-c', 'ID')).toBe(id);
  await openstack('delete', id);
}

async function withGateway(
  env: Record<string, string>,
  use: (gateway: GatewayProcess) => Promise<void>,
): Promise<void> {
  const gateway = await startGatewayProcess(temporaryFolder('tagway-auth-types-state'), env);
  try {
    await use(gateway);
  } finally {
    await gateway.stop();
    removeFolder(gateway.stateDir);
  }
}

test('openstack with the auth type none, where everybody is let in', () =>
  withGateway({ TAGWAY_IDENTITY: 'none' }, ({ url }) =>
    tagAndList('--os-auth-type', 'none', '--os-endpoint', url),
  ));

test('openstack with the auth types admin_token and http_basic, with the embedded identity', () =>
  withGateway({}, async ({ url, stateDir }) => {
    const { OS_USERNAME: name = '', OS_PASSWORD: password = '' } = readOpenrc(stateDir);
    const token = await signIn(url, name, password, 'demo');
    await tagAndList('--os-auth-type', 'admin_token', '--os-token', token, '--os-endpoint', `${url}/v2`);
    const who = ['--os-username', name, '--os-password', password];
    await tagAndList('--os-auth-type', 'http_basic', ...who, '--os-endpoint', `${url}/v2`);
  }));

test.each(['openstack', 'glance'])(
  '%s with an OS_AUTH_URL that lacks /v3 is told which one it is',
  (command) =>
    withGateway({}, async ({ url, stateDir }) => {
      const { OS_USERNAME = '', OS_PASSWORD = '' } = readOpenrc(stateDir);
      const env = { OS_AUTH_URL: url, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME: 'demo' };
      const args = command === 'glance' ? ['image-list'] : ['image', 'list'];
      const { code, err, out } = await run(home, env, command, ...args);
      expect([code, err + out]).toEqual([1, expect.stringContaining(`${url}/v3`)]);
    }),
);
