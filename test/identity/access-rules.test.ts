import * as fc from 'fast-check';
import { isPermittedByRules } from '../../src/identity/access-rules';
import { allowed } from '../support/allowed';

function isPathOf(pattern: string, path: string): boolean {
  const call = { service: 'image', method: 'GET' };
  return isPermittedByRules([{ ...call, id: 'rule', path: pattern }], { ...call, path });
}

test.each([
  ['/v2/images', '/v2/images', true],
  ['/v2/images', '/v2/images/', false],
  ['/v2/images', '/v2/images/a', false],
  ['/v2/images/*', '/v2/images/a', true],
  ['/v2/images/*', '/v2/images/', false],
  ['/v2/images/*', '/v2/images', false],
  ['/v2/images/*', '/v2/images/a/b', false],
  ['/v2/images/{image_id}', '/v2/images/a', true],
  ['/v2/images/{image_id}/tags/{tag}', '/v2/images/a/tags/b', true],
  ['/v2/images/{a}-{b}', '/v2/images/x-y', true],
  ['/v2/images/{a}-{b}', '/v2/images/-', false],
  ['/v2/images/**', '/v2/images/', true],
  ['/v2/images/**', '/v2/images/a/tags/b', true],
  ['/v2/images/**', '/v2/images', false],
  ['/**', '/', true],
  ['/**/tags/*', '/v2/images/a/tags/b', true],
  ['/**/tags/*', '/v2/images/a/members/b', false],
  ['/***', '/', false],
  ['/***', '/a', true],
  ['/v2.images', '/v2/images', false],
  ['/v2.images', '/v2.images', true],
  ['/a{', '/a{', true],
  ['/a{', '/a', false],
  ['/a(b)+$', '/a(b)+$', true],
  ['/{}', '/x', true],
  ['/日本/*', '/日本/🏷', true],
  ['/*', '/🏷', true],
])('the pattern %s and the path %s: %s', (pattern, path, expected) => {
  expect(isPathOf(pattern, path)).toBe(expected);
});

test('what a pattern stands for is what the same regular expression matches', () => {
  const part = fc.constantFrom('/', 'a', 'b', '*', '**', '{x}', '-');
  const pattern = fc.array(part, { maxLength: 7 });
  const path = fc.array(fc.constantFrom('/', 'a', 'b', '-'), { maxLength: 8 });
  fc.assert(
    fc.property(pattern, path, (parts, characters) => {
      const text = parts.join('');
      const source = text.replace(/\{x\}|\*\*|\*/g, (found) => (found === '**' ? '.*' : '[^/]+'));
      const asked = characters.join('');
      expect([text, asked, isPathOf(text, asked)]).toEqual([
        text,
        asked,
        new RegExp(`^${source}$`, 's').test(asked),
      ]);
    }),
    { numRuns: 3000 },
  );
});

test('a hundred rules of the worst kind take no time to speak of', () => {
  const rules = Array.from({ length: 100 }, (_, index) => ({
    ...{ id: String(index), service: 'image', method: 'GET' },
    path: `/${(index % 2 === 0 ? '*a' : '**a').repeat(index % 2 === 0 ? 110 : 70)}`,
  }));
  const asked = { service: 'image', method: 'GET', path: `/${'a'.repeat(980)}b` };
  expect(isPermittedByRules(rules, asked)).toBe(false);
  const begun = performance.now();
  expect(isPermittedByRules(rules, asked)).toBe(false);
  expect(isPathOf('/**', `/${'a'.repeat(20_000)}`)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(allowed(1_000));
});

test('method and service are what the rule says; a token may always be asked what it is', () => {
  const rule = { id: '1', service: 'image', method: 'GET', path: '/v2/images' };
  const asked = { service: 'image', method: 'GET', path: '/v2/images' };
  expect(isPermittedByRules([rule], asked)).toBe(true);
  expect(isPermittedByRules([], asked)).toBe(false);
  expect(isPermittedByRules([rule], { ...asked, method: 'HEAD' })).toBe(false);
  expect(isPermittedByRules([rule], { ...asked, service: 'identity' })).toBe(false);
  expect(isPermittedByRules([rule], { ...asked, service: undefined })).toBe(false);
  expect(isPermittedByRules([{ ...rule, path: '/**' }], { ...asked, path: undefined })).toBe(false);
  expect(isPermittedByRules([], { service: 'identity', method: 'GET', path: '/v3/auth/tokens' })).toBe(true);
  expect(isPermittedByRules([], { service: 'identity', method: 'DELETE', path: '/v3/auth/tokens' })).toBe(
    false,
  );
});
