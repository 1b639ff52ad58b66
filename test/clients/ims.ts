import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process';
import type { Ran } from './command';

export const imsPrograms = join(__dirname, 'programs/ims');
export const storyFile = join(imsPrograms, 'story.json');
export const operationsFile = join(imsPrograms, 'operations.json');

/** One call of the story that every SDK plays. */
interface Step {
  readonly call: string;
  /** 200 when left out */
  readonly status?: number;
  /** Is in the answer; `$name` stands for what an earlier step kept. */
  readonly expect?: object;
  /** A path that the answer has. */
  readonly has?: string;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** As a program prints it. A status of 0: the SDK does not say which. */
interface Seen {
  readonly call: string;
  readonly status: number;
  readonly answer: unknown;
  readonly error: string | null;
  /** The SDK lacks the method, or an earlier one that was to give a value. */
  readonly missing?: 'method' | 'value';
  readonly known: Readonly<Record<string, unknown>>;
}

export interface CallResult {
  readonly operation: string;
  readonly request: string;
  readonly result: string;
}

const read = <Value>(file: string): Value => JSON.parse(readFileSync(file, 'utf8')) as Value;

/** A gateway whose jobs take time, with a user in two projects that are called as regions. */
export async function startIms(): Promise<{ gateway: GatewayProcess; env: Record<string, string> }> {
  const stateDir = temporaryFolder('tagway-ims-state');
  const [own, other] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const secret = randomBytes(20).toString('hex');
  const regions = ['eu-de', 'eu-nl'];
  const key = (project: string) => ({ access: `AK${project}`, secret, user: 'alice', project });
  const seed = {
    projects: [
      { id: own, name: 'eu-de' },
      { id: other, name: 'eu-nl' },
    ],
    users: [{ name: 'alice', password: secret, roles: { 'eu-de': ['member'], 'eu-nl': ['member'] } }],
    accessKeys: regions.map(key),
  };
  writeFileSync(join(stateDir, 'seed.json'), JSON.stringify(seed), { mode: 0o600 });
  const settings = { TAGWAY_SEED: join(stateDir, 'seed.json'), TAGWAY_JOB_MS: '150' };
  const gateway = await startGatewayProcess(stateDir, settings);
  const env = {
    IMS_URL: gateway.url,
    OWN_AK: 'AKeu-de',
    OWN_SK: secret,
    OWN_PROJECT: own,
    OTHER_AK: 'AKeu-nl',
    OTHER_SK: secret,
    OTHER_PROJECT: other,
    OTHER_REGION: 'eu-nl',
  };
  return { gateway, env };
}

/** What became of each of the SDK's methods, in the order of their names. */
export function resultsOf(ran: Ran): readonly CallResult[] {
  const seen = ran.out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Seen);
  const steps = read<Step[]>(storyFile);
  if (seen.length !== steps.length) throw new Error(`the program ended early:\n${ran.out}\n${ran.err}`);
  const judged = steps.map((step, index) => ({ call: step.call, result: judge(step, seen[index] as Seen) }));
  return read<Operation[]>(operationsFile).map(({ name, method, path }) => {
    const own = judged.filter(({ call, result }) => call === name && result !== skipped);
    const bad = own.find(({ result }) => !result.startsWith('ok'));
    return { operation: name, request: `${method} ${path}`, result: (bad ?? own[0])?.result ?? 'not called' };
  });
}

/** Of a method that only newer versions of the SDK have. */
export const notThere = 'not in this version of the SDK';
const skipped = 'skipped';

function judge({ status = 200, expect: wanted, has, call }: Step, seen: Seen): string {
  if (seen.call !== call) return `out of step: ${seen.call}`;
  if (seen.missing) return seen.missing === 'method' ? notThere : skipped;
  if (seen.status !== status && seen.status !== 0) return `${String(seen.status)} ${seen.error ?? ''}`;
  if (seen.error !== null && seen.status >= 300 && seen.status < 400) {
    return `ok ${String(status)}, which the SDK takes for an error`;
  }
  if (seen.error !== null) return seen.error;
  if (has !== undefined && valueAt(seen.answer, has) === undefined) return `no ${has}`;
  const filled = JSON.stringify(wanted ?? {}).replace(/"\$(\w+)"/g, (_, name: string) =>
    JSON.stringify(seen.known[name]),
  );
  if (wanted === undefined) return `ok ${String(status)}`;
  try {
    expect(seen.answer).toMatchObject(JSON.parse(filled) as object);
    return `ok ${String(status)}`;
  } catch {
    return `another answer than ${filled}: ${JSON.stringify(seen.answer)}`;
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);
}

/** Prints the table; with TAGWAY_CONFORMANCE, a folder, a JSON file of it is put there. */
export function report(client: string, version: string, results: readonly CallResult[]): void {
  const rows = results.map(
    ({ operation, request, result }) => `${operation.padEnd(34)} ${request.padEnd(72)} ${result}`,
  );
  const good = results.filter(({ result }) => result.startsWith('ok')).length;
  process.stdout.write(
    `${client} ${version}: ${String(good)} of ${String(results.length)}\n${rows.join('\n')}\n`,
  );
  const folder = process.env['TAGWAY_CONFORMANCE'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const name = client.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const document = { client, version, service: 'ims', results };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
