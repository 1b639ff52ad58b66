import { join } from 'node:path';
import { type GatewayProcess, removeFolder, temporaryFolder } from '../support/gateway-process';
import { run } from './command';
import { imsPrograms, operationsFile, report, resultsOf, startIms, storyFile } from './ims';

jest.setTimeout(300_000);

const pythonSdk = '3.1.219';

let gateway: GatewayProcess;
let env: Record<string, string>;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-ims');
  ({ gateway, env } = await startIms());
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

function expectAll(results: ReturnType<typeof resultsOf>): void {
  expect(results.filter(({ result }) => !result.startsWith('ok'))).toEqual([]);
  expect(results).toHaveLength(51);
}

test('the SDK of Python calls all of its methods', async () => {
  const venv = join(home, 'venv');
  const proxies = Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|PIP_|SSL_|REQUESTS_)/i.test(name),
  );
  const outside = Object.fromEntries(proxies) as Record<string, string>;
  const made = await run(home, {}, 'python3', '-m', 'venv', venv);
  expect(made.err).toBe('');
  const pip = [join(venv, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check'] as const;
  const installed = await run(home, outside, ...pip, `huaweicloudsdkims==${pythonSdk}`);
  expect([installed.code, installed.err]).toEqual([0, expect.any(String)]);
  const ran = await run(home, env, join(venv, 'bin/python'), join(imsPrograms, 'ims.py'), storyFile);
  const results = resultsOf(ran);
  report('huaweicloudsdkims (Python)', pythonSdk, results);
  expectAll(results);
});

test('the core of the SDK of Node makes all of its calls', async () => {
  const ran = await run(home, env, process.execPath, join(imsPrograms, 'ims.mjs'), storyFile, operationsFile);
  const results = resultsOf(ran);
  report('@huaweicloud/huaweicloud-sdk-core (Node)', '3.1.211', results);
  expectAll(results);
});
