import { type Observe, ignoreObservation } from '../../core/observe';
import type { Clock } from '../../core/clock';
import { staticRoleGraph } from '../role-graph';
import { AccessKeys } from '../embedded/access-keys';
import type { Authenticator } from '../authenticator';
import { AuthenticatorChoice } from '../authenticator-choice';
import { type CacheStatistics, LookupCache } from '../lookup-cache';
import type { IdentityLog } from '../identity-log';
import { KeystoneAuthenticator } from './authenticator';
import { KeystoneClient, type KeystoneEndpoint } from './client';
import { KeystoneAccessKeyStore } from './key-store';
import type { KeystoneObservation } from './observation';
import { KeystoneUsers } from './users';
import { KeystoneSession, type ServiceUser } from './session';
import { KeystoneTokens } from './tokens';
import type { ExternalUserKeyStore } from '../ports';
import type { RoleNames } from '../roles';
import { SealingKeys } from '../sealing';
import { type UnsealedKey, SignatureAuthenticator } from '../signatures/authenticator';
import { WrongSignatureDelay } from '../signatures/wrong-signature-delay';

export interface KeystoneSettings extends KeystoneEndpoint {
  /** null: each token is validated with itself, and there are no access keys */
  readonly serviceUser: ServiceUser | null;
  /** How long tokens and roles are cached (seconds). */
  readonly cacheSeconds: number;
  readonly roleNames: RoleNames;
  /** 32 bytes; seals access keys' secrets. */
  readonly masterKey: Buffer;
  /** Wrong signatures of an access key before further ones are answered later; 0: never. */
  readonly freeSignatures: number;
}

/** Another process's changes of access keys count here within so many seconds. */
const keyCacheSeconds = 5;
const keyCacheSize = 10_000;

/** An external Keystone has the users; only access keys are stored here. */
export class KeystoneIdentity {
  readonly authenticator: Authenticator;
  /** Absent without a service user, which is needed to look up their owners. */
  readonly keys: { readonly accessKeys: AccessKeys; readonly people: KeystoneUsers } | undefined;
  /** Hits and misses of the caches. */
  readonly caches: () => readonly CacheStatistics[];
  private readonly client: KeystoneClient;

  constructor(
    store: ExternalUserKeyStore,
    clock: Clock,
    log: IdentityLog,
    settings: KeystoneSettings,
    observe: Observe<KeystoneObservation> = ignoreObservation,
  ) {
    const { serviceUser, roleNames, cacheSeconds } = settings;
    this.client = new KeystoneClient(settings, log, observe);
    const session = serviceUser ? new KeystoneSession(this.client, serviceUser, clock, log) : undefined;
    const tokens = new KeystoneTokens(this.client, session, clock, log, { roleNames, cacheSeconds });
    const byToken = new KeystoneAuthenticator(tokens);
    this.caches = () => tokens.caches();
    if (!session) {
      this.authenticator = new AuthenticatorChoice(byToken, rejectSignatures);
      return;
    }
    const people = new KeystoneUsers(session, clock, log, cacheSeconds);
    const keyStore = new KeystoneAccessKeyStore(store, people);
    const cache = new LookupCache<UnsealedKey>(clock, keyCacheSize, keyCacheSeconds);
    this.caches = () => [...tokens.caches(), cache.facts('access-keys'), people.cacheFacts()];
    const sealing = new SealingKeys(settings.masterKey);
    const accessKeys = new AccessKeys(keyStore, people, sealing, clock, () => {
      cache.clear();
    });
    const slowdown = new WrongSignatureDelay(settings.freeSignatures);
    const bySignature = new SignatureAuthenticator(
      keyStore,
      accessKeys,
      cache,
      slowdown,
      clock,
      roleNames,
      staticRoleGraph,
    );
    this.authenticator = new AuthenticatorChoice(byToken, bySignature);
    this.keys = { accessKeys, people };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

const rejectSignatures: Authenticator = { authenticate: () => Promise.resolve({ fault: 'key-unknown' }) };
