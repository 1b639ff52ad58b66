// Plays story.json with Huawei's SDK of Node: prints a line of JSON for each step, with what the SDK returned. The core of
// the SDK is on npm, its client of IMS is not: IMS_NODE_SDK names the folder services/ims of a checkout; without it the
// calls of operations.json are made, which say what that client says to the core.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const core = (name) => require(`@huaweicloud/huaweicloud-sdk-core/${name}`);
const { BasicCredentials } = core('auth/BasicCredentials');
const { HcClient } = core('HcClient');
const { DefaultHttpClient } = core('http/DefaultHttpClient');
const { LocalLogger } = core('logger');
const { Region } = core('region/region');

const [storyFile, operationsFile] = process.argv.slice(2);
const { env } = process;
const silent = new LocalLogger();
silent.error = () => undefined;

function hcClient(who) {
  const credential = new BasicCredentials()
    .withAk(env[`${who}_AK`])
    .withSk(env[`${who}_SK`])
    .withProjectId(env[`${who}_PROJECT`]);
  return new HcClient(new DefaultHttpClient({ logger: silent }, [env.IMS_URL]))
    .withCredential(credential)
    .withRegion(new Region('here', env.IMS_URL))
    .withEndpoints([env.IMS_URL]);
}

function described(who) {
  const client = hcClient(who);
  const operations = JSON.parse(readFileSync(operationsFile, 'utf8'));
  const call =
    ({ method, path, type, query = [], params = [], body }) =>
    ({ body: data, ...given }) => {
      const pick = (names) =>
        Object.fromEntries(names.filter((name) => name in given).map((name) => [name, given[name]]));
      const options = {
        method,
        url: path,
        contentType: type,
        queryParams: pick(query),
        pathParams: pick(params),
      };
      return client.sendRequest({ ...options, headers: { 'Content-Type': type }, ...(body && { data }) });
    };
  return Object.fromEntries(operations.map((operation) => [operation.name, call(operation)]));
}

function client(who) {
  if (!env.IMS_NODE_SDK) return described(who);
  const { ImsClient } = require(`${env.IMS_NODE_SDK}/v2/ImsClient`);
  return new ImsClient(hcClient(who));
}

const at = (value, path) => path.split('.').reduce((inner, part) => inner?.[part], value);

/** What the SDK adds to an answer; a list it returns as an object. */
function plain(answer) {
  if (Array.isArray(answer)) return [...answer];
  const rest = JSON.parse(JSON.stringify(answer ?? {}));
  delete rest.httpStatusCode;
  const names = Object.keys(rest);
  return names.length > 0 && names.every((name, index) => name === String(index))
    ? Object.values(rest)
    : rest;
}

async function play(clients, { call, with: given, as = 'own', until }, known) {
  const text = JSON.stringify(given).replace(/"\$(\w+)"/g, (_, name) => JSON.stringify(known[name]));
  for (;;) {
    try {
      const answer = await clients[as][call](JSON.parse(text));
      const seen = plain(answer);
      if (!until || !['INIT', 'RUNNING'].includes(at(seen, until[0]))) {
        return { status: answer?.httpStatusCode ?? 0, answer: seen, error: null };
      }
    } catch (error) {
      const { httpStatusCode: status = 0, errorCode, errorMsg, message } = error;
      return { status, answer: null, error: `${errorCode} ${errorMsg ?? message}` };
    }
    await sleep(50);
  }
}

const known = { other: env.OTHER_PROJECT, otherRegion: env.OTHER_REGION };
const clients = { own: client('OWN'), other: client('OTHER') };
for (const step of JSON.parse(readFileSync(storyFile, 'utf8'))) {
  const seen = await play(clients, step, known);
  for (const [name, path] of Object.entries(step.keep ?? {})) known[name] = at(seen.answer, path);
  console.log(JSON.stringify({ call: step.call, known, ...seen }));
}
