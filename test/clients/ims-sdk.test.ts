import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GatewayProcess,
  removeFolder,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { type Ran, run } from './command';
import { imsPeople, imsPrograms, imsSettings, operationsFile, resultsOf, storyFile } from './ims';

// `npm run peers` has the SDKs that take longer: Go, Java, and those of a checkout.
jest.setTimeout(300_000);

const pythonSdk = '3.1.219';

let gateway: GatewayProcess;
let env: Record<string, string>;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-ims');
  const { seed, environment } = imsPeople();
  const file = join(home, 'seed.json');
  writeFileSync(file, JSON.stringify(seed), { mode: 0o600 });
  gateway = await startGatewayProcess(temporaryFolder('tagway-ims-state'), {
    ...imsSettings,
    TAGWAY_SEED: file,
  });
  env = environment(gateway.url);
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

function expectAll(ran: Ran): void {
  expect([ran.code, ran.err]).toEqual([0, expect.any(String)]);
  const results = resultsOf(ran.out);
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
  expectAll(ran);
});

test('the core of the SDK of Node makes all of its calls', async () => {
  const ran = await run(home, env, process.execPath, join(imsPrograms, 'ims.mjs'), storyFile, operationsFile);
  expectAll(ran);
});
