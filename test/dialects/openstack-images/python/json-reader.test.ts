import fc from 'fast-check';
import {
  parseOrderedJson,
  UnstorableText,
} from '../../../../src/dialects/openstack-images/python/json-reader';

/** The plain form of what was read, for comparing with JSON.parse. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map
    ? Object.fromEntries([...(value as Map<string, unknown>)].map(([name, member]) => [name, plain(member)]))
    : value;
}

test('what JSON.parse reads is read the same, as long as its texts can be stored', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5, noUnicodeString: false }), (text) => {
      fc.pre(!/\\u(?:0000|d[89a-f])/i.test(text));
      expect(plain(parseOrderedJson(` ${text}\n`))).toEqual(JSON.parse(text));
    }),
  );
});

test('what JSON.parse refuses is refused', () => {
  const characters = Array.from('{}[]",:\\ntrue1-.e \u0001');
  const broken = fc.string({ unit: fc.constantFrom(...characters), maxLength: 20 });
  fc.assert(
    fc.property(broken, (text) => {
      let expected = true;
      try {
        JSON.parse(text);
      } catch {
        expected = false;
      }
      if (expected) parseOrderedJson(text);
      else expect(() => parseOrderedJson(text)).toThrow(SyntaxError);
    }),
    { numRuns: 2_000 },
  );
});

test('members keep their order, and no name is special', () => {
  const read = parseOrderedJson('{"b": 1, "2": 2, "1": 3, "__proto__": 4, "b": 5}') as Map<string, unknown>;
  expect([...read]).toEqual([
    ['b', 5],
    ['2', 2],
    ['1', 3],
    ['__proto__', 4],
  ]);
});

test('whole numbers of any length stay whole', () => {
  const [exact, long, exponent] = parseOrderedJson(
    '[9007199254740991, 123456789012345678901234567890, 1e3]',
  ) as unknown[];
  expect([exact, long, Number(exponent)]).toEqual([9007199254740991, 123456789012345678901234567890n, 1000]);
  expect(String(exponent)).toBe('1000.0');
});

test.each(['"\\u0000"', '{"a\\u0000": 1}', '["\\ud800"]', '"\\udc00\\ud800"'])(
  'text that no database takes is refused: %s',
  (text) => {
    expect(() => parseOrderedJson(text)).toThrow(UnstorableText);
  },
);

test('a text that is nested deeper than anything makes sense is refused, not followed', () => {
  expect(() => parseOrderedJson('['.repeat(100_000))).toThrow(SyntaxError);
});
