import { tagFromName } from '../../src/core/tag';
import { toTagConditions, type TagSearch } from '../../src/core/tag-condition';
import { holds } from '../support/tag-condition-holds';

function found(selector: TagSearch, ...names: string[]): boolean {
  return toTagConditions(selector).every((condition) => holds(condition, names.map(tagFromName)));
}

const env = { key: 'env', values: ['prod', 'test'] };
const team = { key: 'team', values: [] };

test('a selector that asks nothing finds everything', () => {
  expect(toTagConditions({})).toEqual([]);
});

test('"all" wants every key, each with one of its values', () => {
  expect(found({ all: [env, team] }, 'env=prod', 'team=a')).toBe(true);
  expect(found({ all: [env, team] }, 'env=test', 'team')).toBe(true);
  expect(found({ all: [env, team] }, 'env=prod')).toBe(false);
  expect(found({ all: [env] }, 'env=dev')).toBe(false);
});

test('"any" wants one key', () => {
  expect(found({ any: [env, team] }, 'team')).toBe(true);
  expect(found({ any: [env, team] }, 'env=dev')).toBe(false);
});

test('"notAll" drops what has every key, "notAny" what has one', () => {
  expect(found({ notAll: [env, team] }, 'env=prod')).toBe(true);
  expect(found({ notAll: [env, team] }, 'env=prod', 'team')).toBe(false);
  expect(found({ notAny: [env, team] }, 'env=prod')).toBe(false);
  expect(found({ notAny: [env, team] }, 'env=dev')).toBe(true);
});

test('"untagged" leaves the lists aside', () => {
  expect(found({ untagged: true, all: [env] })).toBe(true);
  expect(found({ untagged: true, all: [env] }, 'env=prod')).toBe(false);
});

test('an empty value is asked for by an empty text', () => {
  expect(found({ all: [{ key: 'a', values: [''] }] }, 'a')).toBe(true);
  expect(found({ all: [{ key: 'a', values: [''] }] }, 'a=b')).toBe(false);
});
