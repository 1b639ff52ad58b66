import { isAccessKey, isValidName, isUserId, newId } from '../../src/identity/ids';
import { defaultRoleNames, accessLevel, withImpliedRoles } from '../../src/identity/roles';
import { fromUnixSeconds, addWholeSeconds, toUnixSeconds } from '../../src/identity/time';

test('a user has 32 hex digits', () => {
  expect(isUserId(newId())).toBe(true);
  expect(isUserId('alice')).toBe(false);
  expect(isUserId(newId().toUpperCase().replace(/\d/g, 'A'))).toBe(false);
});

test('names can be seen and stored', () => {
  for (const name of ['alice', 'Ünï ✓', 'a b', 'x'.repeat(255)]) expect(isValidName(name)).toBe(true);
  for (const name of ['', ' ', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(256)])
    expect(isValidName(name)).toBe(false);
});

test('access keys hold nothing that the header is split at', () => {
  for (const access of ['AKEXAMPLE0000000001', 'a.b-c_d']) expect(isAccessKey(access)).toBe(true);
  for (const access of ['', 'a/b', 'a,b', 'a=b', 'a b']) expect(isAccessKey(access)).toBe(false);
});

describe('standing', () => {
  test.each([
    [['admin', 'reader'], 'admin'],
    [['reader', 'manager'], 'member'],
    [['member'], 'member'],
    [['reader', 'strange'], 'reader'],
    [['strange'], 'none'],
    [[], 'none'],
  ])('of %p is %s', (roles, level) => {
    expect(accessLevel(roles, defaultRoleNames)).toBe(level);
  });

  test('goes by the names that are set', () => {
    const names = { admin: ['cloud_admin'], member: ['member'], reader: ['auditor'] };
    expect(accessLevel(['admin'], names)).toBe('none');
    expect(accessLevel(['cloud_admin'], names)).toBe('admin');
    expect(accessLevel(['auditor'], names)).toBe('reader');
  });
});

test('roles imply those below them, each once', () => {
  expect(withImpliedRoles(['admin', 'reader'])).toEqual(['admin', 'member', 'reader']);
  expect(withImpliedRoles(['strange'])).toEqual(['strange']);
});

test('moments are counted in whole seconds and keep their fraction', () => {
  expect(toUnixSeconds('2026-01-02T03:04:05.999999Z')).toBe(1767323045);
  expect(fromUnixSeconds(1767323045)).toBe('2026-01-02T03:04:05.000000Z');
  expect(addWholeSeconds('2026-12-31T23:59:58.123456Z', 5)).toBe('2027-01-01T00:00:03.123456Z');
});
