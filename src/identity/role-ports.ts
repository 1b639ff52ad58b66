export interface Role {
  readonly id: string;
  readonly name: string;
  /** null: it counts everywhere. A domain's own role counts only for what it implies. */
  readonly domainId: string | null;
}

/** A role as it was given: a user's own one in a project by name, every other one by id. */
export type RoleRef = { readonly name: string } | { readonly id: string };

/** All roles, and which implies which (ids). */
export interface RoleFacts {
  readonly roles: readonly Role[];
  readonly implied: readonly (readonly [prior: string, implied: string])[];
}

/** A role that a user has otherwise than by an assignment of its own in one project. Neither project nor domain: system. */
export interface ScopedGrant {
  readonly roleId: string;
  readonly projectId: string | null;
  readonly domainId: string | null;
  readonly inherited: boolean;
}

/** A role as an operator names it; the id counts if the name is new. */
export interface RoleSeed {
  readonly id: string;
  readonly name: string;
}

export interface RoleStore {
  roleFacts(): Promise<RoleFacts>;
}
