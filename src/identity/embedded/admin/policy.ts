import type { Entity, Kind } from '../../entity-ports';
import type { Token } from '../../tokens/tokens';
import type { Caller } from '../../../core/caller';

/** Who asks, with what only the token tells. */
export interface Asker {
  readonly caller: Caller;
  /** Undefined for a signed request. */
  readonly token: Token | undefined;
}

/** Read by everybody who has a token at all. */
const open: readonly Kind[] = ['region', 'limit', 'registered-limit'];

/** Of one domain, which those who rule it may look after. */
const placed: readonly Kind[] = ['project', 'user', 'group', 'role'];

export function isAdmin({ caller }: Asker): boolean {
  return caller.accessLevel === 'admin';
}

/** The domain that the caller rules, or reads, by a token for it. */
function domainOf({ token }: Asker): string | undefined {
  return token?.domain?.id;
}

/** The default policy of Keystone: admins, readers of the system, those of the domain, and everybody of the own. */
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

/** What a list without a word about domains is narrowed to. */
export function visibleDomain(asker: Asker, kind: Kind): string | undefined {
  const domain = domainOf(asker);
  const narrow = !isAdmin(asker) && placed.includes(kind) && asker.caller.roles.includes('reader');
  return narrow ? domain : undefined;
}
