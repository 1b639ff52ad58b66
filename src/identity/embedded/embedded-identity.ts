import { type Observe, ignoreObservation } from '../../core/observe';
import type { Clock } from '../../core/clock';
import { Administration } from './admin/administration';
import { Catalog } from './catalog';
import { AccessKeys } from './access-keys';
import { AccessRules } from './access-rules';
import { ApplicationCredentials } from './application-credentials';
import type { Authenticator } from '../authenticator';
import type { AuditObservation } from '../audit';
import { AuthenticatorChoice } from '../authenticator-choice';
import { BasicAuthenticator } from '../basic-authenticator';
import { type BootstrapServices, type FirstUsers, createFirstUsers } from './bootstrap';
import { Directory } from './directory';
import { IdentityRefused } from '../errors';
import { type CacheStatistics, LookupCache } from '../lookup-cache';
import { defaultDomain } from '../ids';
import { LoginService } from './login';
import { defaultLoginLimits, LoginGuard, type LoginLimits } from './login-guard';
import { defaultScryptCost, Passwords, type ScryptCost } from './passwords';
import { ProjectLookup } from './project-lookup';
import type { DirectoryStore, IdentityStore, IdentityStores } from '../ports';
import { RoleGraph } from '../role-graph';
import { defaultRoleNames, type RoleNames } from '../roles';
import { SealingKeys } from '../sealing';
import { TokenSelfService } from './self-service';
import { UserCredentials } from './user-credentials';
import { UserScopes } from './user-scopes';
import { type UnsealedKey, SignatureAuthenticator } from '../signatures/authenticator';
import { defaultFreeWrongSignatures, WrongSignatureDelay } from '../signatures/wrong-signature-delay';
import { TokenAuthenticator } from '../tokens/authenticator';
import { TokenKeys } from '../tokens/keys';
import type { TokenOwner } from '../tokens/expired-tokens';
import { type CachedToken, TokenService } from '../tokens/tokens';

export interface IdentitySettings {
  /** 32 bytes; seals access keys' secrets and the keys that sign tokens. */
  readonly masterKey: Buffer;
  /** Still good for opening, during a change of the master key. */
  readonly oldMasterKeys?: readonly Buffer[];
  /** seconds */
  readonly tokenLifetime: number;
  /** For how long (seconds) changes made by another process may go unseen here. */
  readonly cacheSeconds?: number;
  /** Wrong signatures of an access key before further ones are answered later; 0: never. */
  readonly freeSignatures?: number;
  readonly roleNames?: RoleNames;
  /** Ids that no project may have. */
  readonly reservedProjectIds?: readonly string[];
  readonly loginRule?: LoginLimits;
  readonly observe?: Observe<AuditObservation>;
  /** Whether a login by name alone means the default domain; Keystone refuses it. */
  readonly assumeDefaultDomain?: boolean;
  readonly scryptCost?: ScryptCost;
}

/** How many tokens and how many access keys are kept for the cache time. */
const cacheSize = 10_000;

/** The identity service that comes with the gateway: users, tokens and access keys in its own database. */
export class EmbeddedIdentity {
  readonly authenticator: Authenticator;
  /** Signed requests alone, for a gateway whose tokens come from elsewhere. */
  readonly signatures: Authenticator;
  readonly login: LoginService;
  readonly selfService: TokenSelfService;
  readonly applicationCredentials: ApplicationCredentials;
  readonly accessRules: AccessRules;
  readonly userCredentials: UserCredentials;
  readonly directory: Directory;
  readonly administration: Administration;
  readonly catalog: Catalog;
  readonly places: ProjectLookup;
  readonly accessKeys: AccessKeys;
  readonly tokenKeys: TokenKeys;
  private readonly sealing: SealingKeys;
  private readonly passwords: Passwords;
  private readonly roleGraph: RoleGraph;
  private readonly tokens: TokenService;
  private readonly tokenCache: LookupCache<CachedToken>;
  private readonly keyCache: LookupCache<UnsealedKey>;
  /** What this process changes counts at once here. */
  private readonly changed = (): void => {
    this.tokenCache.clear();
    this.keyCache.clear();
    this.roleGraph.clear();
    this.catalog.clear();
  };

  constructor(
    private readonly store: IdentityStore,
    private readonly clock: Clock,
    private readonly settings: IdentitySettings,
  ) {
    const { cacheSeconds = 5, roleNames = defaultRoleNames } = settings;
    this.sealing = new SealingKeys(settings.masterKey, settings.oldMasterKeys);
    this.passwords = new Passwords(settings.scryptCost ?? defaultScryptCost);
    this.tokenCache = new LookupCache(clock, cacheSize, cacheSeconds);
    this.keyCache = new LookupCache(clock, cacheSize, cacheSeconds);
    this.tokenKeys = new TokenKeys(store.tokens, this.sealing, clock);
    this.roleGraph = new RoleGraph(store.roles, clock, cacheSeconds);
    const tokens = this.tokensOf(settings.tokenLifetime, roleNames);
    this.tokens = tokens;
    const guard = this.guardOf(settings);
    this.catalog = new Catalog(store.entities, store.endpointFilter, clock, cacheSeconds);
    const scopes = new UserScopes(store, this.roleGraph);
    this.administration = new Administration(
      store,
      scopes,
      tokens,
      this.passwords,
      guard,
      clock,
      this.changed,
    );
    this.places = new ProjectLookup(store, scopes, roleNames);
    this.directory = this.directoryOn(store.directory);
    this.accessKeys = new AccessKeys(store.accessKeys, store.directory, this.sealing, clock, this.changed);
    this.login = this.loginOf(settings, tokens, guard);
    this.selfService = new TokenSelfService(tokens);
    this.accessRules = new AccessRules(store.credentials, tokens);
    this.userCredentials = new UserCredentials(store.userCredentials, store.entities, this.sealing, clock);
    this.applicationCredentials = this.applicationCredentialsOf(tokens);
    this.signatures = this.signaturesOf(settings.freeSignatures ?? defaultFreeWrongSignatures, roleNames);
    const byToken = new TokenAuthenticator(tokens);
    const byPassword = new BasicAuthenticator(this.login, scopes, tokens, clock, byToken);
    this.authenticator = new AuthenticatorChoice(byPassword, this.signatures);
  }

  private tokensOf(lifetime: number, roleNames: RoleNames): TokenService {
    const { store, tokenKeys, roleGraph, tokenCache, clock } = this;
    return new TokenService(store.tokens, tokenKeys, roleGraph, tokenCache, clock, { lifetime, roleNames });
  }

  private applicationCredentialsOf(tokens: TokenService): ApplicationCredentials {
    const { store, accessRules, passwords, roleGraph, clock } = this;
    const { credentials } = store;
    return new ApplicationCredentials(
      credentials,
      accessRules,
      passwords,
      tokens,
      roleGraph,
      clock,
      this.changed,
    );
  }

  private guardOf({
    loginRule = defaultLoginLimits,
    observe = ignoreObservation,
  }: IdentitySettings): LoginGuard {
    return new LoginGuard(this.store.tries, loginRule, observe, this.clock);
  }

  private loginOf(settings: IdentitySettings, tokens: TokenService, guard: LoginGuard): LoginService {
    const { directory, credentials } = this.store;
    const { observe = ignoreObservation } = settings;
    const assumed = settings.assumeDefaultDomain === true ? defaultDomain : undefined;
    return new LoginService(directory, credentials, this.passwords, tokens, guard, observe, assumed);
  }

  private signaturesOf(free: number, roleNames: RoleNames): SignatureAuthenticator {
    return new SignatureAuthenticator(
      this.store.accessKeys,
      this.accessKeys,
      this.keyCache,
      new WrongSignatureDelay(free),
      this.clock,
      roleNames,
      this.roleGraph,
    );
  }

  /** Expires a token before its time, in this process: for tests of clients. */
  async expireToken(text: string): Promise<void> {
    const found = await this.tokens.read(text);
    if ('token' in found) this.tokens.expire(found.token);
  }

  /** The same for all tokens that the owner has now. */
  expireTokens(owner: TokenOwner): void {
    this.tokens.expireAll(owner);
  }

  /** To be called when users, keys and the rest were replaced in the database. */
  replaced(): void {
    this.changed();
  }

  /** Hits and misses of the caches. */
  caches(): readonly CacheStatistics[] {
    return [this.tokenCache.facts('tokens'), this.keyCache.facts('access-keys')];
  }

  /**
   * To be called once at start: makes the first token key if it is missing, and finds out now rather than at
   * the first login whether the master key is the right one.
   * @throws Error saying that it is not
   */
  async prepare(): Promise<void> {
    await this.tokenKeys.signing();
  }

  /**
   * First start without a seed: project `demo`, users `demo` and `admin`, one access key for `demo`.
   * @param save writes the secrets where the operator finds them; called before they count, maybe repeatedly
   * @returns null when there are users already
   */
  async bootstrap(save: (made: FirstUsers) => Promise<void>): Promise<FirstUsers | null> {
    try {
      return await this.store.transaction((stores) => createFirstUsers(this.arranging(stores), save));
    } catch (error) {
      // Another gateway on this database was quicker.
      if (error instanceof IdentityRefused && error.refusal.kind === 'exists') return null;
      throw error;
    }
  }

  private directoryOn(store: DirectoryStore): Directory {
    return new Directory(store, this.passwords, this.clock, this.changed, this.settings.reservedProjectIds);
  }

  private arranging({ directory, accessKeys }: IdentityStores): BootstrapServices {
    return {
      users: directory,
      directory: this.directoryOn(directory),
      accessKeys: new AccessKeys(accessKeys, directory, this.sealing, this.clock, this.changed),
    };
  }

  /**
   * Seals every secret that an old master key has sealed with the new one. Gateways that run with the old key
   * alone must be restarted with both before.
   * @returns how many there were
   * @throws Error when a secret is sealed with none of these keys; nothing is changed then
   */
  async reencrypt(oldKeys: readonly Buffer[], newKey: Buffer): Promise<number> {
    const sealing = new SealingKeys(newKey, oldKeys);
    const count = await this.store.resealSecrets(sealing.currentId, (secret, context) =>
      sealing.reseal(secret, context),
    );
    this.changed();
    return count;
  }
}
