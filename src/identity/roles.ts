import type { AccessLevel } from '../core/caller';

/** Which role names count as what. Any other role gives no standing by itself. */
export interface RoleNames {
  readonly admin: readonly string[];
  readonly member: readonly string[];
  readonly reader: readonly string[];
}

export const defaultRoleNames: RoleNames = {
  admin: ['admin'],
  member: ['member', 'manager'],
  reader: ['reader'],
};

/** What the strongest of the roles allows. */
export function accessLevel(roles: readonly string[], names: RoleNames): AccessLevel {
  const has = (list: readonly string[]): boolean => roles.some((role) => list.includes(role));
  if (has(names.admin)) return 'admin';
  if (has(names.member)) return 'member';
  return has(names.reader) ? 'reader' : 'none';
}

/** Keystone's implied roles: an admin's token says `member` and `reader` too, and clients look for those. */
const implied: Readonly<Record<string, readonly string[]>> = {
  admin: ['member', 'reader'],
  manager: ['member', 'reader'],
  member: ['reader'],
};

/** The roles and those that they imply, each once, in order. */
export function withImpliedRoles(roles: readonly string[]): string[] {
  return [...new Set(roles.flatMap((role) => [role, ...(implied[role] ?? [])]))].sort();
}

export function isRoleName(text: string): boolean {
  return (
    text.trim() === text && text !== '' && text.length <= 255 && text.isWellFormed() && !/\p{Cc}/u.test(text)
  );
}
