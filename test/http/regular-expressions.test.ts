import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type AttackPattern, check } from 'recheck';
import ts from 'typescript';

const root = join(__dirname, '../..');
const source = join(root, 'src');

interface Found {
  readonly place: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Every regular expression that is written down in a file. */
function expressionsIn(file: string): Found[] {
  const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const end = node.text.lastIndexOf('/');
      const place = `${relative(root, file)}:${String(line)}`;
      found.push({ place, pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

/** Those that `new RegExp` puts together of pieces while the whole gateway is loaded. */
function expressionsMade(): Found[] {
  const found: Found[] = [];
  const Real = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Real, {
    construct: (target, [pattern, flags]: [string | RegExp, string | undefined], newTarget) => {
      const caller = (new Error().stack ?? '')
        .split('\n')
        .find((line) => line.includes(' at ') && !line.includes(__filename));
      const at = caller?.indexOf(source) ?? -1;
      if (caller !== undefined && at >= 0 && typeof pattern === 'string')
        found.push({ place: relative(root, caller.slice(at)), pattern, flags: flags ?? '' });
      return Reflect.construct(target, [pattern, flags], newTarget) as RegExp;
    },
  });
  try {
    jest.isolateModules(() => void jest.requireActual('../../src/composition/gateway'));
  } finally {
    globalThis.RegExp = Real;
  }
  return found;
}

/** ms of processor time that make an attack of a text, and how long texts are: headers and lines are shorter */
const [costly, longest] = [100, 300_000];

/** The check counts steps, and takes a long text with some steps a character for an attack: so this tries ever longer ones. */
function isCostly(pattern: string, flags: string, { pumps, suffix }: AttackPattern): boolean {
  for (let length = 4_000; length < longest; length *= 2) {
    const parts = pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.ceil(length / pump.length)));
    const begun = process.cpuUsage();
    new RegExp(pattern, flags).exec(parts.join('') + suffix);
    if (process.cpuUsage(begun).user / 1_000 > costly) return true;
  }
  return false;
}

/** @returns what an attacker can do with it; undefined: nothing */
async function weaknessOf({ place, pattern, flags }: Found): Promise<string | undefined> {
  const found = await check(pattern, flags, { timeout: 60_000 });
  if (found.status === 'safe') return undefined;
  if (found.status === 'unknown') return `${place} /${pattern}/${flags}: ${found.error.kind}`;
  const { attack, complexity } = found;
  if (complexity.type === 'polynomial' && !isCostly(pattern, flags, attack)) return undefined;
  return `${place} /${pattern}/${flags}: ${complexity.summary} by ${attack.pattern}`;
}

async function weaknessesOf(all: readonly Found[]): Promise<string[]> {
  const weaknesses: string[] = [];
  for (const one of all) {
    const weakness = await weaknessOf(one);
    if (weakness !== undefined) weaknesses.push(weakness);
  }
  return weaknesses;
}

test('no regular expression can be slowed down by what it is shown', async () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const found = files.flatMap((name) => expressionsIn(join(source, name)));
  expect(found.length).toBeGreaterThan(50);
  expect(await weaknessesOf(found)).toEqual([]);
}, 300_000);

test('no regular expression that is put together of pieces can be slowed down, either', async () => {
  const found = expressionsMade();
  expect(found.map(({ place }) => place).join(' ')).toContain('openstack-images/python/accept');
  expect(await weaknessesOf(found)).toEqual([]);
}, 300_000);

test('the check finds one that can be slowed down', async () => {
  expect(await weaknessOf({ place: 'here', pattern: '^(a+)+$', flags: '' })).toContain('exponential');
  expect(await weaknessOf({ place: 'here', pattern: 'b\\s+$', flags: '' })).toBeUndefined();
  expect(await weaknessOf({ place: 'here', pattern: '\\s+$', flags: '' })).toContain('polynomial');
});
