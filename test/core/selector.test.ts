import fc from 'fast-check';
import { parseSelector } from '../../src/core/selector';
import { tagFromName } from '../../src/core/tag';
import { holds } from '../support/tag-condition-holds';

function finds(selector: string, ...names: string[]): boolean {
  const parsed = parseSelector(selector);
  if ('fault' in parsed) throw new Error(`${selector}: ${JSON.stringify(parsed.fault)}`);
  return holds(parsed.condition, names.map(tagFromName));
}

test.each([
  ['env=prod', ['env=prod'], ['env=dev', 'prod']],
  ['env==prod', ['env=prod'], ['env=dev']],
  ['env!=prod', ['env=dev'], ['env=prod']],
  ['env in (prod, "pre prod")', ['env=pre prod'], ['env=dev']],
  ['env notin (prod,dev)', ['env=x'], ['env=dev']],
  ['golden', ['golden'], ['env=golden']],
  ['golden', ['golden=yes'], []],
  ['!golden', ['env=prod'], ['golden']],
  ['golden=', ['golden'], ['golden=yes']],
  ['golden in (,yes)', ['golden'], ['golden=no']],
  ['name:"a=b"', ['a=b'], ['a=c']],
  ['name:golden', ['golden'], ['golden=']],
  ['!name:"a=b"', ['a=c'], ['a=b']],
  ['name=x', ['name=x'], ['name:x']],
  ['"a b" = "c,d"', ['a b=c,d'], ['a b=c']],
  ['"say \\"hi\\" \\\\o"', ['say "hi" \\o'], ['say']],
  ['in in (in)', ['in=in'], ['in=notin']],
  [' env = prod , ! rc ', ['env=prod'], ['rc']],
  ['tier/app.v-1_x=a', ['tier/app.v-1_x=a'], []],
] as const)('%s', (selector, yes, no) => {
  for (const name of yes) expect([name, finds(selector, name)]).toEqual([name, true]);
  for (const name of no) expect([name, finds(selector, name)]).toEqual([name, false]);
});

test('a comma is AND, and an empty selector finds everything', () => {
  expect(finds('env=prod,golden', 'env=prod')).toBe(false);
  expect(finds('env=prod,golden', 'env=prod', 'golden')).toBe(true);
  expect(finds('')).toBe(true);
  expect(finds('  ', 'x')).toBe(true);
});

test('as in Kubernetes, "!=" and "notin" also find what has no such key', () => {
  expect(finds('env!=prod', 'golden')).toBe(true);
  expect(finds('env notin (prod)')).toBe(true);
});

test.each([
  [',', 0, 'a key'],
  ['env=prod golden', 9, 'a comma'],
  ['env=prod,', 9, 'a key'],
  ['env in prod', 7, '"("'],
  ['env in (prod', 12, 'a comma or ")"'],
  ['env is prod', 4, 'an operator'],
  ['"env', 4, 'a closing quote'],
  ['env=ä', 4, 'a value'],
  ['!', 1, 'a key'],
  ['a=b=c', 3, 'a comma'],
  ['name:', 5, 'a value'],
  ['"name":', 6, 'a comma'],
])('%s: at %i %s is missing', (selector, at, expected) => {
  expect(parseSelector(selector)).toEqual({ fault: { at, expected } });
});

test('a selector that is too long or asks too much is refused', () => {
  expect(parseSelector('a'.repeat(8193))).toEqual({ fault: { at: 8192, expected: 'less' } });
  expect(parseSelector(Array(65).fill('a').join(','))).toMatchObject({ fault: { expected: 'less' } });
  expect(parseSelector(`a in (${Array(129).fill('a').join(',')})`)).toMatchObject({
    fault: { expected: 'less' },
  });
});

const quote = (text: string): string => `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;

test('whatever a tag holds can be asked for in quotes, and no text breaks the parser', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (name) => {
      expect(finds(`name:${quote(name)}`, name)).toBe(true);
      const { key, value } = tagFromName(name);
      expect(finds(`${quote(key)}=${quote(value)}`, name)).toBe(true);
      const parsed = parseSelector(name);
      if ('fault' in parsed) expect(parsed.fault.at).toBeLessThanOrEqual(name.length);
    }),
  );
});
