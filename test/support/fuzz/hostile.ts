import type { Random } from '../random';

/** Texts that have broken something somewhere: JSON, SQL, HTML, logs, look-ups by name, Unicode. */
const hostileTexts: readonly string[] = [
  ...['', ' ', '\t', '\0', 'a\0b', '\r\nX-Injected: 1', '\n{"level":"error"}', '\u001b[31mred\u001b[0m'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['\ud800', '\udfff', 'a\ud83dz', '\ufeff', '\u202e', '\u2028', '\uffff', 'é', 'e\u0301', '🏷', '日本'],
  ...["'; drop table images; --", '$1', '%', '_', '\\', '\\u0000', '<script>', '"', '{{7*7}}', '${x}', '*'],
  ...['null', 'true', '-1', '0', '1e309', 'NaN', '9223372036854775808', '2026-02-30T00:00:00Z', '../../etc'],
  ...['in:', 'in:a,"b', 'gt:', 'gte:x', 'name:asc:desc', '@root', 'a=b', '=', '=b', 'a=', 'a.b', '/'],
];

const hostileScalars: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, 1e-300],
  ...[
    [],
    {},
    [[]],
    [null],
    { a: null },
    [{}],
    [[[[[]]]]],
    { constructor: { prototype: { polluted: true } } },
  ],
];

export function hostileText(random: Random): string {
  const length = random.oneOf([1, 36, 64, 128, 255, 256, 257, 1025, 5000]);
  if (random.next() < 0.1) return random.oneOf(['x', 'é', '日', '🏷']).repeat(length);
  if (random.next() < 0.1)
    return String.fromCharCode(...Array.from({ length: 6 }, () => random.below(65536)));
  return random.oneOf(hostileTexts);
}

export function hostileValue(random: Random): unknown {
  return random.next() < 0.5 ? hostileText(random) : random.oneOf(hostileScalars);
}

/** The value with a hostile part in place of one of its own, a part left out, doubled, or a stranger beside them. */
export function mutated(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.next() < 0.15) return hostileValue(random);
  if (Array.isArray(value)) return mutatedList(random, value);
  const entries = Object.entries(value);
  const at = random.below(entries.length);
  const [name, inner] = entries[at] ?? ['', undefined];
  switch (random.below(4)) {
    case 0:
      return Object.fromEntries(entries.filter((_, index) => index !== at));
    case 1:
      return { ...value, [hostileText(random)]: hostileValue(random) };
    default:
      return { ...value, [name]: mutated(random, inner) };
  }
}

function mutatedList(random: Random, list: readonly unknown[]): unknown[] {
  const at = random.below(list.length);
  switch (random.below(4)) {
    case 0:
      return [...list, ...list];
    case 1:
      return Array.from({ length: random.oneOf([0, 11, 21, 101, 300]) }, () => list[at] ?? 0);
    default:
      return list.length === 0
        ? [hostileValue(random)]
        : list.map((one, i) => (i === at ? mutated(random, one) : one));
  }
}

const fragments: readonly string[] = [
  ...['"__proto__":{"polluted":true},', '"constructor":{"prototype":{"polluted":true}},', '"a":1,"a":2,'],
  ...[
    '\0',
    '\ufeff',
    ',',
    '}',
    ']',
    '"',
    '\\',
    '\\ud800',
    '\\u0000',
    '/*c*/',
    '//c\n',
    'NaN',
    'Infinity',
    '1e999',
  ],
  ...['-', '01', '0x10', "'", '1'.repeat(400), '\u2028', '\t\t\t'],
];

/** The text of a body, hurt below what JSON values can express. */
export function mutatedJson(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.replace('{', `{${random.oneOf(fragments.slice(0, 3))}`);
    case 2:
      return random.next() < 0.1 ? huge(random) : `${text}${text}`;
    case 3:
      return text.replace(/"[^"]*"/, random.oneOf(['"\\ud800"', '"\\u0000"', '"\\x"', '"\n"', "'a'", 'a']));
    default:
      return text.slice(0, at) + random.oneOf(fragments) + text.slice(at + random.below(3));
  }
}

/** Deep, wide or long. */
function huge(random: Random): string {
  const depth = random.oneOf([100, 2_000, 100_000]);
  switch (random.below(4)) {
    case 0:
      return '['.repeat(depth) + (random.next() < 0.5 ? ']'.repeat(depth) : '');
    case 1:
      return '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    case 2:
      return `{${Array.from({ length: 20_000 }, (_, index) => `"k${String(index)}":0`).join(',')}}`;
    default:
      return `{"tags":[${'"x",'.repeat(50_000)}"y"]}`;
  }
}

const pieces: readonly string[] = [
  ...[
    '%',
    '%2',
    '%zz',
    '%2F',
    '%5c',
    '%00',
    '%FF',
    '%C3',
    '%ED%A0%80',
    '%C0%80',
    '%0A',
    '%0D%0A',
    '%20',
    '%25',
  ],
  ...[
    '/',
    '//',
    '?',
    '?x',
    '&',
    ';',
    '=',
    '#',
    '+',
    '.',
    '..',
    '/../',
    '%2e%2e',
    '\\',
    '"',
    '<script>',
    '{}',
    '\xff',
  ],
  ...['\x01', '\x7f', '\x80', 'constructor', '__proto__', '0', '-', 'x'.repeat(300), '%E6%97%A5'.repeat(90)],
];

/** Part of a target: escaped rightly, or something that is no escape, or bytes as they come. */
export function hostilePiece(random: Random): string {
  return random.next() < 0.3 ? escapedText(hostileText(random)) : random.oneOf(pieces);
}

/** @param text may hold lone surrogates, which no escape is for */
export function escapedText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
