import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Caller } from '../../core/caller';
import type { Clock, Instant } from '../../core/clock';
import { type IdentityRefusal, IdentityRefused, type ValueOrRefusal } from '../errors';
import { isValidName, newId } from '../ids';
import { type AccessRules, type WantedRule } from './access-rules';
import type { CallerWithToken } from './admin/caller-with-token';
import { policyRefusal } from './admin/policy';
import type { Passwords } from './passwords';
import type { ApplicationCredential, CredentialStore } from '../ports';
import type { RoleGraph } from '../role-graph';
import type { TokenService } from '../tokens/tokens';

export interface NewApplicationCredential {
  readonly name: string;
  readonly description: string | null;
  /** null: one is made */
  readonly secret: string | null;
  /** Names of some of the caller's roles, which bring those that they imply; null: all of them. */
  readonly roles: readonly string[] | null;
  readonly unrestricted: boolean;
  readonly expiresAt: Instant | null;
  /** null: everything that its roles allow */
  readonly accessRules: readonly WantedRule[] | null;
}

export interface CreatedApplicationCredential {
  readonly credential: ApplicationCredential;
  /** Shown this once. */
  readonly secret: string;
}

/** As a seed file names it. */
export interface ApplicationCredentialSeed {
  readonly id?: string;
  readonly name: string;
  readonly secret: string;
  readonly userId: string;
  readonly projectId: string;
  readonly roles: readonly string[];
}

const thing = 'application-credential';

/** What an operator's credentials are. */
const plain = { description: null, unrestricted: false, accessRules: null };

/** Application credentials: what a user lets a program do in one project, until it is taken back. */
export class ApplicationCredentials {
  constructor(
    private readonly store: CredentialStore,
    private readonly accessRules: AccessRules,
    private readonly passwords: Passwords,
    private readonly tokens: TokenService,
    private readonly roles: Pick<RoleGraph, 'expand'>,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** For the caller, in the token's project, with roles that the caller has there. @throws Unavailable */
  async create(
    caller: Caller,
    userId: string,
    asked: NewApplicationCredential,
  ): Promise<ValueOrRefusal<CreatedApplicationCredential>> {
    const action = 'create_application_credential';
    const wanted = { ...asked, roles: asked.roles && (await this.withImplied(asked.roles)) };
    const refusal = this.mayChange(caller, userId, action) ?? this.faultOf(caller, wanted);
    if (refusal) return { refusal };
    if (caller.projectId === null) return { refusal: { kind: 'not-allowed', action } };
    const rules = await this.accessRules.forNew(userId, wanted.accessRules);
    if ('refusal' in rules) return rules;
    const secret = wanted.secret ?? randomBytes(64).toString('base64url');
    const credential: ApplicationCredential = {
      id: newId(),
      userId,
      projectId: caller.projectId,
      name: wanted.name,
      description: wanted.description,
      roles: wanted.roles ?? caller.roles,
      unrestricted: wanted.unrestricted,
      expiresAt: wanted.expiresAt,
      accessRules: rules.value,
    };
    const secretHash = await this.passwords.hash(secret);
    const kept = await this.store.insertCredential({ ...credential, secretHash }, this.clock.now());
    if (!kept) return { refusal: { kind: 'exists', thing, name: wanted.name } };
    // Another request may have made the same rules meanwhile.
    const made = rules.value === null ? credential : await this.of(userId, credential.id);
    return { value: { credential: made ?? credential, secret } };
  }

  /**
   * As an operator arranges it for a user. Roles that the user does not have in the project, or loses, do not
   * count.
   * @throws IdentityRefused when the name is invalid or taken
   */
  async arrange(
    user: { readonly userId: string; readonly projectId: string },
    wanted: Pick<NewApplicationCredential, 'name' | 'expiresAt'> & {
      readonly roles: readonly string[];
      readonly accessRules?: readonly WantedRule[];
    },
  ): Promise<CreatedApplicationCredential> {
    const rules = await this.accessRules.forNew(user.userId, wanted.accessRules ?? null);
    if ('refusal' in rules) throw new IdentityRefused(rules.refusal, 'an access rule does not say enough');
    const secret = randomBytes(64).toString('base64url');
    const credential = { ...plain, ...user, ...wanted, accessRules: rules.value, id: newId() };
    await this.insert(credential, secret);
    return { credential, secret };
  }

  /**
   * A credential chosen by the operator. The same one again changes nothing; one of this name that differs is
   * replaced, and its tokens have the new roles, or end where its id is another one.
   * @throws IdentityRefused when the name is invalid or the id is taken
   */
  async ensure({ id, secret, ...wanted }: ApplicationCredentialSeed): Promise<void> {
    const { userId, name } = wanted;
    const before = await this.store.findCredentialByName(userId, name);
    if (before) {
      const { secretHash, ...known } = before;
      const credential = { ...plain, ...wanted, expiresAt: null, id: id ?? before.id };
      if (isDeepStrictEqual(known, credential) && (await this.passwords.verify(secret, secretHash))) return;
      await this.remove(userId, before.id);
    }
    await this.insert({ ...plain, ...wanted, expiresAt: null, id: id ?? before?.id ?? newId() }, secret);
  }

  private async insert(credential: ApplicationCredential, secret: string): Promise<void> {
    const { name } = credential;
    if (!isValidName(name)) {
      const fault = { kind: 'invalid', thing, field: 'name', fault: 'form' } as const;
      throw new IdentityRefused(fault, `"${name}" is no name`);
    }
    const secretHash = await this.passwords.hash(secret);
    if (await this.store.insertCredential({ ...credential, secretHash }, this.clock.now())) return;
    throw new IdentityRefused(
      { kind: 'exists', thing, name },
      `the user has a credential "${name}" already, or another one has its id`,
    );
  }

  /** Of a user, as an operator sees them. */
  async listOf(userId: string): Promise<readonly ApplicationCredential[]> {
    return this.store.listCredentials(userId);
  }

  /** Tokens that were got with it end with it. @throws IdentityRefused when the user has no such credential */
  async remove(userId: string, id: string): Promise<void> {
    try {
      if (await this.store.deleteCredential(userId, id)) return;
    } finally {
      this.changed();
    }
    throw new IdentityRefused({ kind: 'not-found', thing, id }, `the user has no credential ${id}`);
  }

  async list(caller: Caller, userId: string): Promise<ValueOrRefusal<readonly ApplicationCredential[]>> {
    const refusal = policyRefusal(this.asker(caller), 'list_application_credentials', { owner: userId });
    return refusal ? { refusal } : { value: await this.store.listCredentials(userId) };
  }

  /** By its id alone, as in Keystone: whose it is decides, and not the user in the path. */
  async find(caller: Caller, userId: string, id: string): Promise<ValueOrRefusal<ApplicationCredential>> {
    const owner = (await this.store.findCredential(id))?.userId ?? userId;
    const refusal = policyRefusal(this.asker(caller), 'get_application_credential', { owner });
    if (refusal) return { refusal };
    const found = await this.of(owner, id);
    return found ? { value: found } : { refusal: { kind: 'not-found', thing, id } };
  }

  /** Tokens that were got with it end with it. */
  async delete(caller: Caller, userId: string, id: string): Promise<ValueOrRefusal<void>> {
    const owner = (await this.store.findCredential(id))?.userId ?? userId;
    const refusal = this.mayChange(caller, owner, 'delete_application_credential');
    if (refusal) return { refusal };
    try {
      const gone = await this.store.deleteCredential(owner, id);
      return gone ? { value: undefined } : { refusal: { kind: 'not-found', thing, id } };
    } finally {
      this.changed();
    }
  }

  private async withImplied(names: readonly string[]): Promise<readonly string[]> {
    return (await this.roles.expand(names.map((name) => ({ name })))).map(({ name }) => name);
  }

  /** From the list, which has no hash of a secret in it. */
  private async of(userId: string, id: string): Promise<ApplicationCredential | undefined> {
    return (await this.store.listCredentials(userId)).find((credential) => credential.id === id);
  }

  /**
   * A delegated right must not be able to extend itself: neither a restricted credential, nor one with access rules,
   * nor an access key makes or removes credentials.
   */
  private mayChange(caller: Caller, owner: string, action: string): IdentityRefusal | undefined {
    const asker = this.asker(caller);
    if (!asker.token) return { kind: 'not-allowed', action };
    const refusal = policyRefusal(asker, action, { owner });
    if (refusal) return refusal;
    const { credential } = asker.token;
    if (credential && (!credential.unrestricted || credential.accessRules))
      return { kind: 'credential-restricted' };
    return undefined;
  }

  private asker(caller: Caller): CallerWithToken {
    return { caller, token: this.tokens.shownBy(caller) };
  }

  private faultOf(caller: Caller, wanted: NewApplicationCredential): IdentityRefusal | undefined {
    if (!isValidName(wanted.name)) return { kind: 'invalid', thing, field: 'name', fault: 'form' };
    if (wanted.expiresAt !== null && wanted.expiresAt <= this.clock.now()) {
      return { kind: 'invalid', thing, field: 'expires_at', fault: 'past' };
    }
    const own = wanted.roles?.every((role) => caller.roles.includes(role)) ?? true;
    return own ? undefined : { kind: 'invalid', thing, field: 'roles', fault: 'unassigned' };
  }
}
