import type { Guard } from './guard';

/** What the strongest of a caller's roles allows; identity's settings map role names to it. */
export type AccessLevel = 'none' | 'reader' | 'member' | 'admin';

/** The scope of a token. Only `project` reaches images, save the exceptions of policy.ts. */
export type TokenScope = 'project' | 'domain' | 'system' | 'unscoped';

/** The request or other occasion of a call. */
export interface CallOrigin {
  readonly dialect: string;
  /** As named in the dialect's contract. */
  readonly operation: string;
  readonly requestId: string | null;
  /** Null unless the request is signed. */
  readonly accessKey: string | null;
  /** The token or key that the requests of one client have in common. A secret. */
  readonly session?: string | null;
  /** The states in which the change may be made; null or absent: any. */
  readonly guard?: Guard | null;
}

/** The authenticated caller. Immutable; without `via` it may be cached for as long as the credentials are valid. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly scope: TokenScope;
  /** The project to create and find images in; null unless `scope` is `project`. */
  readonly projectId: string | null;
  readonly roles: readonly string[];
  readonly accessLevel: AccessLevel;
  /** Set when a request's handler begins. */
  readonly via?: CallOrigin;
}

/**
 * The caller on a path that names a project, limited to that project. An admin may name any project
 * and acts there as a member; all others may name only their own.
 * @returns undefined if the caller may not name that project
 */
export function callerActingIn(caller: Caller, projectId: string): Caller | undefined {
  if (caller.scope !== 'project') return undefined;
  if (caller.accessLevel === 'admin') return { ...caller, projectId, accessLevel: 'member' };
  return caller.projectId === projectId ? caller : undefined;
}

/** Author and origin of a change, as kept in the history. */
export interface ChangedBy extends Omit<CallOrigin, 'guard' | 'session'> {
  readonly userId: string;
  readonly userName: string;
  /** The caller's project. */
  readonly projectId: string | null;
}

/** The gateway itself: what it does without a request. */
export const changedByGateway: ChangedBy = {
  userId: 'gateway',
  userName: 'gateway',
  projectId: null,
  dialect: 'none',
  operation: 'none',
  requestId: null,
  accessKey: null,
};

/** Could name a state for the change, but does not. Only requests can. */
export function isRequestWithoutGuard({ via }: Caller): boolean {
  return via?.guard === null;
}

const unknown: CallOrigin = { dialect: 'none', operation: 'none', requestId: null, accessKey: null };

export function changedByCaller({ userId, userName, projectId, via = unknown }: Caller): ChangedBy {
  const { dialect, operation, requestId, accessKey } = via;
  return { userId, userName, projectId, dialect, operation, requestId, accessKey };
}
