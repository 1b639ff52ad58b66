import type { Guard } from './guard';

/** What the strongest of a caller's roles allows; the role names behind each are a setting of identity. */
export type Standing = 'none' | 'reader' | 'member' | 'admin';

/** What a token is good for. Only `project` reaches images, save the exceptions of policy.ts. */
export type Scope = 'project' | 'domain' | 'system' | 'unscoped';

/** The request, or the other occasion, that a caller comes with. */
export interface Via {
  readonly dialect: string;
  /** As the dialect's contract names it. */
  readonly operation: string;
  readonly requestId: string | null;
  /** Null unless the request is signed. */
  readonly accessKey: string | null;
  /** The states in which what it asks for may be done; null or absent: any. */
  readonly guard?: Guard | null;
}

/** Who is calling, as identity found it. Immutable; without `via` it may be kept for as long as the credentials hold. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly scope: Scope;
  /** The project that images are made in and looked for; null unless `scope` is `project`. */
  readonly projectId: string | null;
  readonly roles: readonly string[];
  readonly standing: Standing;
  /** Set where a request's handler begins. */
  readonly via?: Via;
}

/**
 * The caller as seen on a path that names a project: inside that project and nowhere else. An admin may
 * name any project and then has there what a member has; anybody else may name only their own.
 * @returns undefined when the caller may not name that project
 */
export function actingIn(caller: Caller, projectId: string): Caller | undefined {
  if (caller.scope !== 'project') return undefined;
  if (caller.standing === 'admin') return { ...caller, projectId, standing: 'member' };
  return caller.projectId === projectId ? caller : undefined;
}

/** Who changes something, and through what: the history keeps it. */
export interface ChangedBy extends Omit<Via, 'guard'> {
  readonly userId: string;
  readonly userName: string;
  /** The project that the caller acts in. */
  readonly projectId: string | null;
}

/** Could name a state that a change is made for, and does not. Who came by no request cannot. */
export function isUnguarded({ via }: Caller): boolean {
  return via?.guard === null;
}

const unknown: Via = { dialect: 'none', operation: 'none', requestId: null, accessKey: null };

export function changedBy({ userId, userName, projectId, via = unknown }: Caller): ChangedBy {
  const { dialect, operation, requestId, accessKey } = via;
  return { userId, userName, projectId, dialect, operation, requestId, accessKey };
}
