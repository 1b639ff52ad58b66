import type { PolicyAction } from '../../src/core/action';
import type { Caller, AccessLevel } from '../../src/core/caller';
import type { ImageAccessFacts, MemberStatus, Visibility } from '../../src/core/image';
import {
  canReadImage,
  canSeeImage,
  isAdmin,
  isImageInReachOfAction,
  roleAllows,
} from '../../src/core/policy';
import { aCaller } from '../support/gateway';

function may(caller: Caller, action: PolicyAction, image: ImageAccessFacts): 'yes' | 'forbidden' | 'hidden' {
  if (!canSeeImage(caller, image)) return 'hidden';
  if (!canReadImage(caller, image)) return 'hidden';
  if (isAdmin(caller)) return 'yes';
  return isImageInReachOfAction(caller, action, image) &&
    (action === 'get_image' || roleAllows(caller, action))
    ? 'yes'
    : 'forbidden';
}

function anImage(visibility: Visibility, membership: MemberStatus | null = null): ImageAccessFacts {
  return { projectId: 'alpha', imageId: 'i', visibility, membership };
}

const accessLevels: AccessLevel[] = ['none', 'reader', 'member', 'admin'];

describe('changing an image (secure RBAC)', () => {
  test.each([
    ['private', null, 'hidden'],
    ['shared', null, 'hidden'],
    ['shared', 'pending', 'forbidden'],
    ['shared', 'accepted', 'forbidden'],
    ['shared', 'rejected', 'forbidden'],
    ['community', null, 'forbidden'],
    ['public', null, 'forbidden'],
  ] as const)(
    'a member of another project: %s image, membership %s: %s',
    (visibility, membership, answer) => {
      expect(may(aCaller('beta'), 'modify_image', anImage(visibility, membership))).toBe(answer);
    },
  );

  test.each([
    ['none', 'hidden'],
    ['reader', 'forbidden'],
    ['member', 'yes'],
    ['admin', 'yes'],
  ] as const)('%s of the owning project, private image: %s', (accessLevel, answer) => {
    expect(may(aCaller('alpha', { accessLevel }), 'modify_image', anImage('private'))).toBe(answer);
  });

  test('an admin of any project may, whatever the visibility', () => {
    for (const visibility of ['private', 'shared', 'community', 'public'] as const) {
      expect(may(aCaller('other', { accessLevel: 'admin' }), 'modify_image', anImage(visibility))).toBe(
        'yes',
      );
    }
  });

  test('domain and system scope reach nothing, not even as admin', () => {
    for (const scope of ['domain', 'system', 'unscoped'] as const) {
      for (const accessLevel of accessLevels) {
        const caller = aCaller('x', { scope, accessLevel, projectId: null });
        expect(may(caller, 'modify_image', anImage('private'))).toBe('hidden');
        expect(roleAllows(caller, 'get_images')).toBe(false);
      }
    }
  });
});

test('unknown roles alone read what is public and nothing else', () => {
  const caller = aCaller('alpha', { accessLevel: 'none', roles: ['strange'] });
  expect(may(caller, 'get_image', anImage('public'))).toBe('yes');
  for (const visibility of ['private', 'shared', 'community'] as const) {
    expect(may(caller, 'get_image', anImage(visibility))).toBe('hidden');
  }
});

test('only an admin makes an image public', () => {
  expect(
    accessLevels.filter((accessLevel) => roleAllows(aCaller('a', { accessLevel }), 'publicize_image')),
  ).toEqual(['admin']);
});
