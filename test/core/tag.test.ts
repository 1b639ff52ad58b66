import fc from 'fast-check';
import {
  compareByCodePoint,
  checkedTag,
  countCodePoints,
  isStorableText,
  tagFromName,
  tagFromPair,
  valuesByKey,
} from '../../src/core/tag';

test.each([
  ['env=a', 'env', 'a'],
  ['env', 'env', ''],
  ['a=b=c', 'a', 'b=c'],
  ['=x', '=x', ''],
  ['a=', 'a', ''],
  ['v1.2', 'v1.2', ''],
  ['=', '=', ''],
  ['', '', ''],
])('the text %j is the key %j with the value %j', (name, key, value) => {
  expect(tagFromName(name)).toEqual({ name, key, value });
});

test('a pair without a value is written as its key alone', () => {
  expect(tagFromPair({ key: 'a', value: '' }).name).toBe('a');
  expect(tagFromPair({ key: 'a', value: 'b' }).name).toBe('a=b');
});

test('a pair whose key holds no "=" survives being written and read', () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('='));
  fc.assert(
    fc.property(key, fc.string({ unit: 'grapheme' }), (k, value) => {
      expect(tagFromName(tagFromPair({ key: k, value }).name)).toMatchObject({ key: k, value });
    }),
  );
});

test('lengths are counted in code points, as the string iterator counts them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(countCodePoints(text)).toBe([...text].length);
    }),
  );
  expect(countCodePoints('🏷️')).toBe(2);
});

test('NUL and lone surrogates cannot be stored, everything else can', () => {
  expect(isStorableText('a\u0000')).toBe(false);
  expect(isStorableText('\ud800')).toBe(false);
  expect(isStorableText('日本🏷️\n')).toBe(true);
});

test('255 code points are a tag and 256 are not', () => {
  expect(checkedTag(tagFromName('🏷'.repeat(255))).name).toHaveLength(510);
  expect(() => checkedTag(tagFromName('é'.repeat(256)))).toThrow('tag-invalid');
});

test('tags are in order of code points, where UTF-16 has emoji in front of the last BMP characters', () => {
  expect(['🏷', '\uff5e', 'b', 'B'].sort(compareByCodePoint)).toEqual(['B', 'b', '\uff5e', '🏷']);
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uff5e', '🏷', '😀'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareByCodePoint(a, b))).toBe(bytes);
    }),
  );
});

test('pairs gather by key, each with its distinct values in order', () => {
  const pairs = [tagFromName('b=2'), tagFromName('a'), tagFromName('b=1'), tagFromName('a=')];
  expect(valuesByKey(pairs)).toEqual([
    { key: 'a', values: [''] },
    { key: 'b', values: ['1', '2'] },
  ]);
});
