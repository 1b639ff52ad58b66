import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  imsPeople,
  imsPrograms,
  imsSettings,
  notThere,
  operationsFile,
  resultsOf,
  storyFile,
} from '../../test/clients/ims';
import { runOrThrow, runProgram } from './command';
import { venvWith } from './python-suites';
import type { PeerTest } from './result';
import type { Place, Suite } from './suite';

const root = join(__dirname, '../..');
const people = imsPeople();
const needs = { settings: imsSettings, seed: people.seed };

/** Runs the program of an SDK with what the gateway is asked with, and gives its output. */
type RunSdk = (place: Place, env: Readonly<Record<string, string>>) => Promise<string>;

/** An SDK of Huawei's plays the story; each of its methods is a test. */
function imsSuite(name: string, client: string, run: RunSdk): Suite {
  return {
    name,
    client,
    ...needs,
    run: async (place, { tagway }) =>
      resultsOf(await run(place, people.environment(tagway.url))).map(({ operation, result }): PeerTest => {
        if (result.startsWith('ok')) return { id: operation, outcome: 'passed' };
        return { id: operation, outcome: result === notThere ? 'skipped' : 'failed', words: result };
      }),
  };
}

const python = '3.1.219';
const go = '0.1.207';
const java = '3.1.143';
const nodeCore = '3.1.211';

export const imsSuites: readonly Suite[] = [
  imsSuite('ims-python', `huaweicloudsdkims ${python}`, async (place, env) => {
    const venv = await venvWith(place, [`huaweicloudsdkims==${python}`]);
    const args = [join(imsPrograms, 'ims.py'), storyFile];
    return (await runProgram(join(venv, 'bin/python'), args, { cwd: place.folder, env, show: place.show }))
      .out;
  }),
  imsSuite('ims-node-core', `@huaweicloud/huaweicloud-sdk-core ${nodeCore}`, async (place, env) => {
    const args = [join(imsPrograms, 'ims.mjs'), storyFile, operationsFile];
    return (await runProgram(process.execPath, args, { cwd: place.folder, env, show: place.show })).out;
  }),
  imsSuite('ims-go', `huaweicloud-sdk-go-v3 ${go}`, (place, env) =>
    runGo(place, env, 'go', `require github.com/huaweicloud/huaweicloud-sdk-go-v3 v${go}`),
  ),
  imsSuite('ims-java', `huaweicloud-sdk-ims ${java}`, (place, env) => runJava(place, env, java)),
];

/** Maven Central has an older one than the vendor: `version` was installed in the local repository from a checkout. */
export function javaSdkSuite(version: string): Suite {
  const run: RunSdk = (place, env) => runJava(place, env, version);
  return imsSuite('ims-java-newest', `huaweicloud-sdk-java-v3 ${version}`, run);
}

/** The core of the SDK is on npm, its client of IMS is not: `folder` is services/ims of a checkout. */
export function nodeSdkSuite(folder: string): Suite {
  return imsSuite('ims-node', 'huaweicloud-sdk-nodejs-v3 3.1.209', async (place, env) => {
    cpSync(folder, join(place.folder, 'ims'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(place.folder, 'node_modules'));
    // The core of the SDK asks for a package that it does not declare.
    mkdirSync(join(place.folder, 'undeclared/uuid'), { recursive: true });
    const uuid = "exports.v4 = require('node:crypto').randomUUID;\n";
    writeFileSync(join(place.folder, 'undeclared/uuid/index.js'), uuid);
    const loader = join(root, 'node_modules/tsx/dist/cjs/index.cjs');
    const args = ['--require', loader, join(imsPrograms, 'ims.mjs'), storyFile, operationsFile];
    const own = { IMS_NODE_SDK: join(place.folder, 'ims'), NODE_PATH: join(place.folder, 'undeclared') };
    const options = { cwd: place.folder, env: { ...env, ...own }, show: place.show };
    return (await runProgram(process.execPath, args, options)).out;
  });
}

/** chnsz/golangsdk is in no registry any more: `folder` is a checkout. Each of its calls is a test. */
export function golangsdkSuite(folder: string): Suite {
  const name = 'github.com/chnsz/golangsdk';
  return {
    name: 'golangsdk',
    client: 'chnsz/golangsdk 83ad1d2',
    ...needs,
    run: async (place, { tagway }) => {
      const requirement = `require ${name} v0.0.0\n\nreplace ${name} => ${folder}`;
      const out = await runGo(place, people.environment(tagway.url), 'golangsdk', requirement);
      const lines = out.split('\n').filter((line) => line.startsWith('{'));
      return lines.map((line): PeerTest => {
        const { call, result } = JSON.parse(line) as { call: string; result: string };
        return result === 'ok'
          ? { id: call, outcome: 'passed' }
          : { id: call, outcome: 'failed', words: result };
      });
    },
  };
}

async function runGo(
  place: Place,
  env: Readonly<Record<string, string>>,
  name: string,
  requirement: string,
): Promise<string> {
  const cwd = join(place.folder, name);
  mkdirSync(cwd);
  cpSync(join(imsPrograms, name, 'main.go'), join(cwd, 'main.go'));
  writeFileSync(join(cwd, 'go.mod'), `module tagway/${name}\n\ngo 1.21\n\n${requirement}\n`);
  await runOrThrow('go', ['mod', 'tidy'], { cwd, show: place.show });
  await runOrThrow('go', ['build', '-o', 'program', '.'], { cwd, show: place.show });
  return (await runProgram(join(cwd, 'program'), [storyFile], { cwd, env, show: place.show })).out;
}

async function runJava(
  place: Place,
  env: Readonly<Record<string, string>>,
  version: string,
): Promise<string> {
  const cwd = join(place.folder, 'java');
  cpSync(join(imsPrograms, 'java'), cwd, { recursive: true });
  const pom = readFileSync(join(cwd, 'pom.xml'), 'utf8').replace('SDK_VERSION', version);
  writeFileSync(join(cwd, 'pom.xml'), pom);
  const goals = ['-q', '-B', 'compile', 'dependency:copy-dependencies'];
  await runOrThrow('mvn', goals, { cwd, show: place.show });
  const args = ['-cp', 'target/classes:target/dependency/*', 'Ims', storyFile];
  return (await runProgram('java', args, { cwd, env, show: place.show })).out;
}
