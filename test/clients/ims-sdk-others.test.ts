import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayProcess, removeFolder, temporaryFolder } from '../support/gateway-process';
import { type Ran, run, runFor } from './command';
import { imsPrograms, notThere, operationsFile, report, resultsOf, startIms, storyFile } from './ims';

/*
 * The SDKs that take minutes to build, or are on no registry. IMS_SDKS names which to run, between commas: go, java;
 * IMS_NODE_SDK is the folder services/ims of a checkout of huaweicloud-sdk-nodejs-v3, GOLANGSDK a checkout of
 * chnsz/golangsdk.
 */
jest.setTimeout(1_800_000);

const chosen = (process.env['IMS_SDKS'] ?? '').split(',');
const { IMS_NODE_SDK: nodeSdk = '', GOLANGSDK: golangsdk = '' } = process.env;
const goSdk = '0.1.207';
const javaSdk = '3.1.143';

let gateway: GatewayProcess;
let env: Record<string, string>;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-ims-others');
  ({ gateway, env } = await startIms());
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

/** With the caches and proxies of the user who runs it. */
function build(folder: string, command: string, ...args: string[]): Promise<Ran> {
  const outside = { ...(process.env as Record<string, string>), ...env };
  return runFor(
    900_000,
    process.env['HOME'] ?? home,
    outside,
    'sh',
    '-c',
    'cd "$0" && exec "$@"',
    folder,
    command,
    ...args,
  );
}

/** @param lacking methods that this version may lack */
function expectAll(client: string, version: string, ran: Ran, lacking = 0): void {
  const results = resultsOf(ran);
  report(client, version, results);
  expect(results.filter(({ result }) => !result.startsWith('ok') && result !== notThere)).toEqual([]);
  expect(results).toHaveLength(51);
  expect(results.filter(({ result }) => result === notThere).length).toBeLessThanOrEqual(lacking);
}

function moduleOf(name: string, requirement: string): string {
  const folder = join(home, name);
  mkdirSync(folder);
  cpSync(join(imsPrograms, name, 'main.go'), join(folder, 'main.go'));
  writeFileSync(join(folder, 'go.mod'), `module tagway/${name}\n\ngo 1.21\n\n${requirement}\n`);
  return folder;
}

const when = (given: boolean): jest.It => (given ? test : test.skip);

when(chosen.includes('go'))('the SDK of Go calls all of its methods', async () => {
  const folder = moduleOf('go', `require github.com/huaweicloud/huaweicloud-sdk-go-v3 v${goSdk}`);
  const tidy = await build(folder, 'go', 'mod', 'tidy');
  expect([tidy.code, tidy.code === 0 ? '' : tidy.err]).toEqual([0, '']);
  expectAll('huaweicloud-sdk-go-v3 (Go)', goSdk, await build(folder, 'go', 'run', '.', storyFile));
});

when(chosen.includes('java'))('the SDK of Java calls all of its methods', async () => {
  const folder = join(home, 'java');
  cpSync(join(imsPrograms, 'java'), folder, { recursive: true });
  const pom = readFileSync(join(folder, 'pom.xml'), 'utf8').replace('SDK_VERSION', javaSdk);
  writeFileSync(join(folder, 'pom.xml'), pom);
  const made = await build(folder, 'mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies');
  expect([made.code, made.code === 0 ? '' : made.out]).toEqual([0, '']);
  const ran = await build(folder, 'java', '-cp', 'target/classes:target/dependency/*', 'Ims', storyFile);
  // The newest on Maven Central is older than the safe mode.
  expectAll('huaweicloud-sdk-ims (Java)', javaSdk, ran, 8);
});

when(nodeSdk !== '')('the SDK of Node calls all of its methods', async () => {
  cpSync(nodeSdk, join(home, 'ims'), { recursive: true });
  const root = join(__dirname, '../..');
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  const program = join(imsPrograms, 'ims.mjs');
  const loader = join(root, 'node_modules/tsx/dist/cjs/index.cjs');
  // The core of the SDK asks for a package that it does not declare.
  mkdirSync(join(home, 'undeclared/uuid'), { recursive: true });
  const uuid = "exports.v4 = require('node:crypto').randomUUID;\n";
  writeFileSync(join(home, 'undeclared/uuid/index.js'), uuid);
  const own = { ...env, IMS_NODE_SDK: join(home, 'ims'), NODE_PATH: join(home, 'undeclared') };
  const ran = await run(home, own, process.execPath, '--require', loader, program, storyFile, operationsFile);
  expectAll('huaweicloud-sdk-nodejs-v3 (Node)', '3.1.209', ran);
});

when(golangsdk !== '')('golangsdk makes its calls of images', async () => {
  const name = 'github.com/chnsz/golangsdk';
  const folder = moduleOf('golangsdk', `require ${name} v0.0.0\n\nreplace ${name} => ${golangsdk}`);
  const tidy = await build(folder, 'go', 'mod', 'tidy');
  expect([tidy.code, tidy.code === 0 ? '' : tidy.err]).toEqual([0, '']);
  const ran = await build(folder, 'go', 'run', '.');
  const results = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { call: string; result: string });
  process.stdout.write(results.map(({ call, result }) => `${call.padEnd(40)} ${result}\n`).join(''));
  expect(results.filter(({ result }) => result !== 'ok')).toEqual([]);
  expect(results.length).toBeGreaterThan(30);
});
