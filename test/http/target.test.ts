import fc from 'fast-check';
import { dialects } from '../../src/composition/dialects';
import { parseTarget as parse, type RequestTarget } from '../../src/http/target';

/** By the paths of all dialects. */
const parseTarget = (raw: string): RequestTarget =>
  parse(raw, (before) => dialects.some(({ isOpaque }) => isOpaque?.(before) ?? false));

const image = '/v2/images/67e17426-359e-49fb-aa12-0bd1756ec240/tags';

function tagOf(rest: string): string | undefined {
  return parseTarget(`${image}/${rest}`).segments[4];
}

test.each([
  ['a%20b', 'a b'],
  ['a+b', 'a+b'],
  ['%zz', '%zz'],
  ['%', '%'],
  ['%2', '%2'],
  ['a#b', 'a#b'],
  ['%C3%A9', 'é'],
  ['\u00c3\u00a9', 'é'],
  ['%F0%9F%8F%B7', '🏷'],
  ['a%0A', 'a\n'],
  ['a%2Fb', 'a/b'],
  ['%2F', '/'],
  ['%252F', '%2F'],
  ['..', '..'],
  ['%2E%2E', '..'],
])('the tag %j on the wire is the tag %j', (wire, tag) => {
  expect(tagOf(wire)).toBe(tag);
});

test('runs of slashes count as one', () => {
  expect(parseTarget('//v2///images').segments).toEqual(['v2', 'images']);
  expect(parseTarget(`${image}//red`).segments[4]).toBe('red');
});

test('an encoded slash separates everywhere but in a tag', () => {
  expect(parseTarget('/v2%2Fimages/x').segments).toEqual(['v2', 'images', 'x']);
  expect(parseTarget(`/v2/p/images/i/tags/a%2Fb`).segments[5]).toBe('a/b');
  expect(parseTarget(`/images/i/tags/a%2Fb`).segments[3]).toBe('a/b');
  expect(parseTarget(`/v2/p/images/tags%2Fb`).segments).toEqual(['v2', 'p', 'images', 'tags', 'b']);
  expect(parse('/v2/images/i/tags/a%2Fb', () => false).segments).toHaveLength(6);
});

test('a slash at the end is kept for routing', () => {
  expect(parseTarget('/v2/images/').path).toBe('/v2/images/');
  expect(parseTarget('/v2%2F').path).toBe('/v2/');
  expect(parseTarget(`${image}/%2F`).path).toBe(`${image}/%2F`);
  expect(parseTarget('///').path).toBe('/');
});

test('ill-formed UTF-8 and NUL are told, not thrown', () => {
  expect(parseTarget('/v2/images/%FF').pathIsText).toBe(false);
  expect(parseTarget('/v2/images/a%00').pathIsText).toBe(false);
  expect(parseTarget('/v2/images?tag=%FF')).toMatchObject({ pathIsText: true, queryIsText: false });
});

test('the query is a form, split at the first "=" and at "&" or ";"', () => {
  const { query } = parseTarget('/v2/images?tag=foo=bar&&tag=a+b;x&y=%C3%A9');
  expect(query).toEqual([
    { name: 'tag', value: 'foo=bar' },
    { name: 'tag', value: 'a b' },
    { name: 'x', value: '' },
    { name: 'y', value: 'é' },
  ]);
});

test('an empty query differs from none', () => {
  expect(parseTarget('/a').rawQuery).toBeNull();
  expect(parseTarget('/a?').rawQuery).toBe('');
});

test('the absolute form of a target is taken for its path', () => {
  expect(parseTarget('http://h:1/v2/images?x=1')).toMatchObject({ path: '/v2/images', rawQuery: 'x=1' });
  expect(parseTarget('*').segments).toEqual(['*']);
});

test('whatever the bytes, parsing gives a path that decodes to the segments', () => {
  const bytes = fc.string({ unit: 'binary-ascii' }).map((text) => `/${text}`);
  fc.assert(
    fc.property(bytes, (raw) => {
      const target = parseTarget(raw);
      const back = target.path.split('/').filter((part) => part !== '');
      expect(back.map(decodeURIComponent)).toEqual(target.segments);
    }),
  );
});
