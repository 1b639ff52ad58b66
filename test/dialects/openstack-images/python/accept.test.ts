import fc from 'fast-check';
import { preferredMediaType } from '../../../../src/dialects/openstack-images/python/accept';
import { allowed } from '../../../support/allowed';

const chosen = (header?: string): string | undefined =>
  preferredMediaType(header, ['text/html', 'application/json']);

describe('of HTML and JSON an Accept header asks for', () => {
  test.each([
    ['*/*', 'text/html'],
    ['text/*', 'text/html'],
    ['application/*', 'application/json'],
    ['APPLICATION/JSON', 'application/json'],
    ['application/json, text/html', 'text/html'],
    ['*/*, application/json', 'text/html'],
    ['application/json, */*;q=0.5', 'application/json'],
    ['text/html;q=0.1, application/json', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['text/html , , application/json;q=0.3', 'text/html'],
    ['text/html;q=0.5;extension="a,b;c", application/json;q=0.6', 'application/json'],
  ])('%s: %s', (header, offer) => {
    expect(chosen(header)).toBe(offer);
  });

  test.each([
    '',
    'text/plain',
    'image/png',
    'application/json;q=0',
    'application/json;charset=utf-8',
    '*/json',
  ])('neither: "%s"', (header) => {
    expect(chosen(header)).toBeUndefined();
  });

  test('neither, without the header', () => {
    expect(chosen()).toBeUndefined();
  });

  test.each(['@@@', 'text', 'text/html;q=2', 'application/json;q=0.1234', ', application/json', 'a/b c/d'])(
    'the first, when the header is not one: "%s"',
    (header) => {
      expect(chosen(header)).toBe('text/html');
    },
  );
});

test('a header of any bytes is read in one pass', () => {
  const bytes = fc.string({ unit: fc.constantFrom(...Array.from('ab/*;=q01.", \t\\é')), maxLength: 8_000 });
  fc.assert(
    fc.property(bytes, (header) => {
      const begun = performance.now();
      chosen(header);
      expect(performance.now() - begun).toBeLessThan(allowed(100));
    }),
  );
});
