/** Why credentials were refused, as facts; a dialect answers each with 401 in its own words. */
export type AuthFault =
  | 'missing'
  /** Credentials are not required, and a page of another site may have sent the request. */
  | 'foreign-site'
  | 'token-invalid'
  | 'token-expired'
  /** The token's application credential has access rules, and none permits the request. */
  | 'rule-missing'
  | 'signature-malformed'
  | 'signature-wrong'
  | 'signature-expired'
  /** A signature covers no body of this length. */
  | 'signed-body-too-large'
  | 'key-unknown'
  | 'not-in-project';

import type { EntityKind } from './entity-ports';

/** Kinds of objects that may be missing or already exist. */
export type IdentityObjectKind =
  EntityKind | 'access-key' | 'application-credential' | 'access-rule' | 'credential' | 'implied-role';

/** What identity refuses, as facts. A failed login is never given the reason. */
export type IdentityRefusal =
  | { readonly kind: 'not-authenticated' }
  /** An application credential brings its own project; a scope beside it is refused. */
  | { readonly kind: 'scope-with-credential' }
  /** A name was given without its domain. */
  | { readonly kind: 'domain-missing'; readonly of: 'user' | 'project' }
  /** Neither a name nor an id was given. */
  | { readonly kind: 'name-missing'; readonly of: 'user' }
  | { readonly kind: 'method-unsupported'; readonly methods: readonly string[] }
  /** A token that was got with an application credential or a key makes no further tokens. */
  | { readonly kind: 'delegated' }
  /** A token for the system makes none for a project or a domain. */
  | { readonly kind: 'system-token' }
  /** Only an unrestricted application credential may manage application credentials. */
  | { readonly kind: 'credential-restricted' }
  /** A delegated right neither sees nor makes secrets of its user. */
  | { readonly kind: 'credentials-delegated' }
  | { readonly kind: 'not-allowed'; readonly action: string }
  | { readonly kind: 'subject-token-missing' }
  | { readonly kind: 'subject-token-invalid' }
  | { readonly kind: 'not-found'; readonly thing: IdentityObjectKind; readonly id: string }
  | {
      readonly kind: 'exists';
      readonly thing: IdentityObjectKind;
      readonly name: string;
      readonly by?: string;
      /** Of the entity that was not stored. */
      readonly id?: string;
      /** In which the name is taken. */
      readonly domain?: string;
    }
  /** Forbidden by the named rule of the service. */
  | { readonly kind: 'rule'; readonly rule: string; readonly thing: IdentityObjectKind; readonly id: string }
  | {
      readonly kind: 'invalid';
      readonly thing: IdentityObjectKind;
      readonly field: string;
      readonly fault: string;
    };

/** The answer for clients: a refusal is an answer, not an exception. */
export type ValueOrRefusal<Value> = { readonly value: Value } | { readonly refusal: IdentityRefusal };

/** Thrown to operators (seed, command line); `message` is a sentence for them. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
  constructor(
    readonly refusal: IdentityRefusal,
    message: string,
  ) {
    super(message);
  }
}
