/** What the strongest of a caller's roles allows; the role names behind each are a setting of identity. */
export type Standing = 'none' | 'reader' | 'member' | 'admin';

/** What a token is good for. Only `project` reaches images, save the exceptions of policy.ts. */
export type Scope = 'project' | 'domain' | 'system' | 'unscoped';

/** Who is calling, as identity found it. Immutable, and safe to keep for as long as the credentials hold. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly scope: Scope;
  /** The project that images are made in and looked for; null unless `scope` is `project`. */
  readonly projectId: string | null;
  readonly roles: readonly string[];
  readonly standing: Standing;
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
