import type { DirectoryEntity, EntityKind } from '../../entity-ports';
import type { Token } from '../../tokens/tokens';
import type { Caller } from '../../../core/caller';

/** The caller, with its token. */
export interface CallerWithToken {
  readonly caller: Caller;
  /** Undefined for a signed request. */
  readonly token: Token | undefined;
}

/** Readable with any token. */
const open: readonly EntityKind[] = ['region', 'limit', 'registered-limit'];

/** In one domain, whose administrators may manage them. */
const placed: readonly EntityKind[] = ['project', 'user', 'group', 'role'];

export function isAdmin({ caller }: CallerWithToken): boolean {
  return caller.accessLevel === 'admin';
}

/** The domain that the caller's token is for. */
function domainOf({ token }: CallerWithToken): string | undefined {
  return token?.domain?.id;
}

/** Keystone's default policy: admins, readers of the system and of the domain, and users for what is their own. */
export function mayRead(asker: CallerWithToken, kind: EntityKind, entity?: DirectoryEntity): boolean {
  const { caller } = asker;
  if (isAdmin(asker) || open.includes(kind)) return true;
  if (caller.scope === 'system' && caller.roles.includes('reader')) return true;
  if (kind === 'role' && caller.roles.includes('manager')) return true;
  return entity !== undefined && (isOwn(asker, kind, entity) || isOfDomain(asker, kind, entity, 'reader'));
}

export function mayWrite(asker: CallerWithToken, kind: EntityKind, entity: DirectoryEntity): boolean {
  if (isAdmin(asker)) return true;
  return kind !== 'role' && isOfDomain(asker, kind, entity, 'manager');
}

function isOwn({ caller, token }: CallerWithToken, kind: EntityKind, entity: DirectoryEntity): boolean {
  switch (kind) {
    case 'user':
      return entity.id === caller.userId;
    case 'project':
      return entity.id === caller.projectId;
    case 'domain':
      return [token?.domain?.id, token?.project?.domain.id].includes(entity.id);
    default:
      return false;
  }
}

function isOfDomain(
  asker: CallerWithToken,
  kind: EntityKind,
  entity: DirectoryEntity,
  role: string,
): boolean {
  const domain = domainOf(asker);
  if (domain === undefined || !asker.caller.roles.includes(role)) return false;
  return placed.includes(kind) ? entity['domain_id'] === domain : kind === 'domain' && entity.id === domain;
}

/** The domain that a list without a domain filter is narrowed to. */
export function visibleDomain(asker: CallerWithToken, kind: EntityKind): string | undefined {
  const domain = domainOf(asker);
  const narrow = !isAdmin(asker) && placed.includes(kind) && asker.caller.roles.includes('reader');
  return narrow ? domain : undefined;
}
