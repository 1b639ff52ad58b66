import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { check } from 'recheck';
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

/** @returns what an attacker can do with it; undefined: nothing */
async function weaknessOf({ place, pattern, flags }: Found): Promise<string | undefined> {
  const found = await check(pattern, flags, { timeout: 60_000 });
  if (found.status === 'safe') return undefined;
  const told =
    found.status === 'vulnerable'
      ? `${found.complexity.summary} by ${found.attack.pattern}`
      : found.error.kind;
  return `${place} /${pattern}/${flags}: ${told}`;
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
});
