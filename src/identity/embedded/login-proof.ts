/** As a client writes it. A name wins over an id, and needs a domain. */
export interface NameOrId {
  readonly id?: string;
  readonly name?: string;
}

export interface NameInDomain extends NameOrId {
  readonly domain?: NameOrId;
}

export type LoginProof =
  | { readonly method: 'password'; readonly user: NameInDomain; readonly password: string }
  | { readonly method: 'token'; readonly token: string }
  | { readonly method: 'unsupported' }
  | {
      readonly method: 'application_credential';
      readonly credential: NameOrId & { readonly user?: NameInDomain };
      readonly secret: string;
    };

export type LoginScope =
  /** No scope was given. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'project'; readonly project: NameInDomain }
  | { readonly kind: 'domain'; readonly domain: NameOrId }
  | { readonly kind: 'system' };

export interface LoginRequest {
  /** All must hold, and for one user. */
  readonly proofs: readonly LoginProof[];
  readonly scope: LoginScope;
}
