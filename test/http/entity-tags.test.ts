import { guardAllows, revisionsAllowedByGuard } from '../../src/core/guard';
import { parseIfMatch, imageEtag, matchesIfNoneMatch, tagsEtag } from '../../src/http/entity-tags';

const at = '2026-11-27T02:12:43.123456Z';
const image = { tagRevision: 17, updatedAt: at };
const later = { tagRevision: 17, updatedAt: '2026-11-27T02:12:43.123457Z' };

test.each([
  [undefined, true],
  ['*', true],
  [' * ', true],
  ['"17"', true],
  ['"16"', false],
  ['"16", "17"', true],
  ['"16" ,\t"17"', true],
  [',"17",,', true],
  ['W/"17"', false],
  ['W/"17", "17"', true],
  ['17', false],
  ['"17', false],
  ['"017"', true],
  ['"17 "', false],
  ['"16""17"', false],
  ['"*"', false],
  ['', false],
  ['"9999999999999999999999"', false],
])('If-Match: %s', (header, allowed) => {
  expect(guardAllows(parseIfMatch(header), image)).toBe(allowed);
});

test('the ETag of an image allows its change only while nothing of it has changed', () => {
  const guard = parseIfMatch(imageEtag(image));
  expect(imageEtag(image)).toBe('"17-2026-11-27T02:12:43.123456Z"');
  expect([guardAllows(guard, image), guardAllows(guard, later)]).toEqual([true, false]);
});

test('calls that change tags only compare the revision, in either form', () => {
  expect(revisionsAllowedByGuard(parseIfMatch(imageEtag(image)))).toEqual([17]);
  expect(revisionsAllowedByGuard(parseIfMatch('"17", W/"3", "x", "18"'))).toEqual([17, 18]);
  expect(revisionsAllowedByGuard(parseIfMatch('*'))).toBeNull();
  expect(revisionsAllowedByGuard(parseIfMatch('W/"17"'))).toEqual([]);
});

test('If-None-Match compares weakly', () => {
  expect(matchesIfNoneMatch('"17"', tagsEtag(17))).toBe(true);
  expect(matchesIfNoneMatch('W/"17"', tagsEtag(17))).toBe(true);
  expect(matchesIfNoneMatch('"16", W/"17"', tagsEtag(17))).toBe(true);
  expect(matchesIfNoneMatch('*', tagsEtag(17))).toBe(true);
  expect(matchesIfNoneMatch('"16"', tagsEtag(17))).toBe(false);
  expect(matchesIfNoneMatch('17', tagsEtag(17))).toBe(false);
  expect(matchesIfNoneMatch(undefined, tagsEtag(17))).toBe(false);
});
