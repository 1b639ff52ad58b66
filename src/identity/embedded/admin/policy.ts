import type { Entity, Kind } from '../../entity-ports';
import type { Token } from '../../tokens/tokens';
import type { Caller } from '../../../core/caller';

/** The caller, with its token. */
export interface Asker {
  readonly caller: Caller;
  /** Undefined for a signed request. */
  readonly token: Token | undefined;
}

/** Readable with any token. */
const open: readonly Kind[] = ['region', 'limit', 'registered-limit'];

/** In one domain, whose administrators may manage them. */
const placed: readonly Kind[] = ['project', 'user', 'group', 'role'];

export function isAdmin({ caller }: Asker): boolean {
  return caller.accessLevel === 'admin';
}

/** The domain that the caller's token is for. */
function domainOf({ token }: Asker): string | undefined {
  return token?.domain?.id;
}

/** Keystone's default policy: admins, readers of the system and of the domain, and users for what is their own. */
export function mayRead(asker: Asker, kind: Kind, entity?: Entity): boolean {
  const { caller } = asker;
  if (isAdmin(asker) || open.includes(kind)) return true;
  if (caller.scope === 'system' && caller.roles.includes('reader')) return true;
  if (kind === 'role' && caller.roles.includes('manager')) return true;
  return entity !== undefined && (isOwn(asker, kind, entity) || isOfDomain(asker, kind, entity, 'reader'));
}

export function mayWrite(asker: Asker, kind: Kind, entity: Entity): boolean {
  if (isAdmin(asker)) return true;
  return kind !== 'role' && isOfDomain(asker, kind, entity, 'manager');
}

function isOwn({ caller, token }: Asker, kind: Kind, entity: Entity): boolean {
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

function isOfDomain(asker: Asker, kind: Kind, entity: Entity, role: string): boolean {
  const domain = domainOf(asker);
  if (domain === undefined || !asker.caller.roles.includes(role)) return false;
  return placed.includes(kind) ? entity['domain_id'] === domain : kind === 'domain' && entity.id === domain;
}

/** The domain that a list without a domain filter is narrowed to. */
export function visibleDomain(asker: Asker, kind: Kind): string | undefined {
  const domain = domainOf(asker);
  const narrow = !isAdmin(asker) && placed.includes(kind) && asker.caller.roles.includes('reader');
  return narrow ? domain : undefined;
}
