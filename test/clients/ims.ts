import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TagwaySeed } from '../../src/testing';

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

interface CallResult {
  readonly operation: string;
  readonly result: string;
}

const read = <Value>(file: string): Value => JSON.parse(readFileSync(file, 'utf8')) as Value;

/** A user in two projects that are called as regions, and what the programs ask the gateway with. */
export interface ImsPeople {
  readonly seed: Required<Pick<TagwaySeed, 'projects' | 'users' | 'accessKeys'>>;
  readonly environment: (url: string) => Record<string, string>;
}

export function imsPeople(): ImsPeople {
  const [own, other] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const secret = randomBytes(20).toString('hex');
  const regions = ['eu-de', 'eu-nl'];
  return {
    seed: {
      projects: [
        { id: own, name: 'eu-de' },
        { id: other, name: 'eu-nl' },
      ],
      users: [{ name: 'alice', password: secret, roles: { 'eu-de': ['member'], 'eu-nl': ['member'] } }],
      accessKeys: regions.map((project) => ({ access: `AK${project}`, secret, user: 'alice', project })),
    },
    environment: (url) => ({
      IMS_URL: url,
      OWN_AK: 'AKeu-de',
      OWN_SK: secret,
      OWN_PROJECT: own,
      OTHER_AK: 'AKeu-nl',
      OTHER_SK: secret,
      OTHER_PROJECT: other,
      OTHER_REGION: 'eu-nl',
    }),
  };
}

/** Jobs take time, so that what waits for them is tried. */
export const imsSettings = { TAGWAY_JOB_MS: '150' } as const;

/** What became of each of the SDK's methods, in the order of their names. */
export function resultsOf(out: string): readonly CallResult[] {
  const seen = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Seen);
  const steps = read<Step[]>(storyFile);
  if (seen.length !== steps.length) throw new Error(`the program ended early:\n${out}`);
  const judged = steps.map((step, index) => ({ call: step.call, result: judge(step, seen[index] as Seen) }));
  return read<Operation[]>(operationsFile).map(({ name }) => {
    const own = judged.filter(({ call, result }) => call === name && result !== skipped);
    const bad = own.find(({ result }) => !result.startsWith('ok'));
    return { operation: name, result: (bad ?? own[0])?.result ?? 'not called' };
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
  if (wanted === undefined || contains(seen.answer, JSON.parse(filled))) return `ok ${String(status)}`;
  return `another answer than ${filled}: ${JSON.stringify(seen.answer)}`;
}

/** An object has the members, a list as many elements, each of which contains that one. */
function contains(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(wanted) && (!Array.isArray(value) || value.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([name, inner]) =>
    contains((value as Readonly<Record<string, unknown>>)[name], inner),
  );
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);
}
