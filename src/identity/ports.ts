import type { Instant } from '../core/clock';
import type { AccessRule } from './access-rules';
import type { EndpointFilterStore } from './endpoint-filter-ports';
import type { EntityStore, GrantStore } from './entity-ports';
import type { RoleRef, RoleSeed, RoleStore, ScopedGrant } from './role-ports';
import type { SealedSecret } from './secret-ports';
import type { LoginAttemptStore } from './login-attempt-ports';
import type { UserCredentialStore } from './user-credential-ports';

export type { AccessRule, SealedSecret };

/** What identity needs to be kept. */
export interface Domain {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface ProjectInDomain extends Project {
  readonly enabled: boolean;
  readonly domain: Domain;
  /** Its parent, that one's parent and so on. */
  readonly ancestors: readonly string[];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

export interface UserInDomain extends User {
  readonly domain: Domain;
}

export interface StoredUser extends UserInDomain {
  /** As `Passwords` writes it. */
  readonly passwordHash: string;
  /** Moves on when tokens made before must no longer count. */
  readonly epoch: number;
}

export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly passwordHash: string;
}

/** One of the two; names are unique in a domain, by default in the default domain. */
export type EntityRef = { readonly id: string } | { readonly name: string; readonly domainId?: string };

export interface RoleGrant {
  readonly projectId: string;
  readonly role: RoleRef;
}

export interface StoredAccessKey {
  readonly access: string;
  readonly secret: SealedSecret;
  readonly userId: string;
  readonly projectId: string;
  /** It is good for all projects of its user: a signed header names another one than its own. */
  readonly allProjects: boolean;
  readonly enabled: boolean;
  /** SHA-256 in hex; null: a permanent key. */
  readonly securityTokenHash: string | null;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
}

/** An access key and all that is needed to identify its caller, read at one moment. */
export interface AccessKeyFacts extends StoredAccessKey {
  readonly user: User;
  readonly grants: readonly RoleGrant[];
}

export interface StoredTokenKey {
  /** 8 hex digits */
  readonly id: string;
  readonly secret: SealedSecret;
  readonly createdAt: Instant;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly roles: readonly string[];
  readonly unrestricted: boolean;
  readonly expiresAt: Instant | null;
  /** null: everything that its roles allow. */
  readonly accessRules: readonly AccessRule[] | null;
}

export interface StoredApplicationCredential extends ApplicationCredential {
  readonly secretHash: string;
}

export interface TokenQuestion {
  readonly userId: string;
  readonly projectId: string | null;
  /** Of a token for a domain. */
  readonly domainId: string | null;
  /** What losses of roles are counted by. */
  readonly target: string;
  readonly auditId: string;
  /** Of the first token that this one was made with, with which it is revoked. */
  readonly parentAuditId: string | null;
  readonly credentialId: string | null;
  readonly adminRoles: readonly string[];
}

/** All that decides whether a token still holds and for what, read at one moment. */
export interface TokenFacts {
  readonly user: UserInDomain;
  /** Of the user: moves on with a new password and when the user or its domain is disabled. */
  readonly epoch: number;
  /** Of the target: moves on when the user loses a role there, and when it is disabled. */
  readonly targetEpoch: number;
  /** null when the token names no project, or one that is gone */
  readonly project: ProjectInDomain | null;
  /** null when the token names no domain, or one that is gone */
  readonly domain: Domain | null;
  /** The user's own ones in that project, by name. */
  readonly roles: readonly string[];
  /** Every other one that may count there. */
  readonly grants: readonly ScopedGrant[];
  /** those of `adminRoles` that the user has in any project */
  readonly adminRoles: readonly string[];
  readonly revoked: boolean;
  /** null when the token names no application credential, or one that is gone */
  readonly credential: ApplicationCredential | null;
}

export interface DirectoryStore {
  /** false when the id or the name is taken */
  insertProject(project: Project, at: Instant): Promise<boolean>;
  findProject(ref: EntityRef): Promise<ProjectInDomain | undefined>;
  findDomain(ref: { readonly id: string } | { readonly name: string }): Promise<Domain | undefined>;
  /** By name. */
  listProjects(): Promise<readonly Project[]>;
  /** All roles of the user in projects that are enabled, before what they imply; a project may be there more than once. */
  projectGrantsOf(userId: string): Promise<readonly RoleGrant[]>;
  /** false when the id or the name is taken */
  insertUser(user: NewUser, at: Instant): Promise<boolean>;
  findUser(ref: EntityRef): Promise<StoredUser | undefined>;
  listUsers(): Promise<readonly User[]>;
  hasUsers(): Promise<boolean>;
  /** Moves the epoch on; false when there is no such user. */
  setPassword(userId: string, passwordHash: string): Promise<boolean>;
  /** Disabling moves the epoch on; false when there is no such user. */
  setUserEnabled(userId: string, enabled: boolean): Promise<boolean>;
  rolesIn(projectId: string, userId: string): Promise<readonly string[]>;
  /** The user's roles in the project are these and no others. A loss ends the user's tokens there. */
  setRoles(projectId: string, userId: string, roles: readonly RoleSeed[], at: Instant): Promise<void>;
}

export interface TokenStore {
  tokenFacts(question: TokenQuestion): Promise<TokenFacts | undefined>;
  /** Idempotent. Revocations that expired before `now` are forgotten. */
  revoke(auditId: string, expiresAt: Instant, now: Instant): Promise<void>;
  /** Newest first. */
  tokenKeys(): Promise<readonly StoredTokenKey[]>;
  insertTokenKey(key: StoredTokenKey): Promise<void>;
}

export interface CredentialStore {
  /**
   * Its access rules are the user's own ones where there are such already, whatever their ids.
   * @returns false when the user has one of this name
   */
  insertCredential(credential: StoredApplicationCredential, at: Instant): Promise<boolean>;
  findCredential(id: string): Promise<StoredApplicationCredential | undefined>;
  findCredentialByName(userId: string, name: string): Promise<StoredApplicationCredential | undefined>;
  /** By name. */
  listCredentials(userId: string): Promise<readonly ApplicationCredential[]>;
  deleteCredential(userId: string, id: string): Promise<boolean>;
  /** In the order in which they were made. */
  listAccessRules(userId: string): Promise<readonly AccessRule[]>;
  /** `used`: a credential has it */
  deleteAccessRule(userId: string, id: string): Promise<'done' | 'used' | 'missing'>;
}

export interface AccessKeyStore {
  /** false when the access key is taken */
  insertAccessKey(key: StoredAccessKey): Promise<boolean>;
  /** Sets secret, owner and project of a key that is there. */
  updateAccessKey(key: StoredAccessKey): Promise<void>;
  findAccessKey(access: string): Promise<AccessKeyFacts | undefined>;
  listAccessKeys(): Promise<readonly StoredAccessKey[]>;
  setAccessKeyEnabled(access: string, enabled: boolean): Promise<boolean>;
  deleteAccessKey(access: string): Promise<boolean>;
}

/** Access keys that are kept here and belong to users of another identity service. */
export type ExternalUserKeyStore = Omit<AccessKeyStore, 'findAccessKey'> & {
  findAccessKey(access: string): Promise<StoredAccessKey | undefined>;
};

export interface IdentityStores {
  readonly entities: EntityStore;
  readonly grants: GrantStore;
  readonly endpointFilter: EndpointFilterStore;
  readonly directory: DirectoryStore;
  readonly roles: RoleStore;
  readonly tokens: TokenStore;
  readonly credentials: CredentialStore;
  readonly accessKeys: AccessKeyStore;
  readonly userCredentials: UserCredentialStore;
}

export interface IdentityStore extends IdentityStores {
  readonly tries: LoginAttemptStore;
  /** All of `work` or nothing; it may run more than once. */
  transaction<Result>(work: (stores: IdentityStores) => Promise<Result>): Promise<Result>;
  /**
   * Hands every secret that is not sealed with the master key `keyId` to `reseal` and keeps what comes back,
   * all in one transaction. `context` is what the secret is bound to.
   * @returns how many there were
   */
  resealSecrets(
    keyId: string,
    reseal: (secret: SealedSecret, context: string) => SealedSecret,
  ): Promise<number>;
}

/** What the secrets at rest are bound to. */
export const sealContext = {
  accessKey: (access: string): string => access,
  /** `/` is in no access key, so neither can stand for the other. */
  tokenKey: (id: string): string => `token-key/${id}`,
  userCredential: (id: string): string => `credential/${id}`,
  webhook: (secretId: string): string => `webhook/${secretId}`,
} as const;
