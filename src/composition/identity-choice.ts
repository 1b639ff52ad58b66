import type { Observe } from '../core/observe';
import { isIP } from 'node:net';
import type { Config } from '../settings/config';
import { dialects, reservedProjectIds } from './dialects';
import type { Clock } from '../core/clock';
import type { AuditObservation } from '../identity/audit';
import type { Authenticator } from '../identity/authenticator';
import { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import { AnonymousAuthenticator } from '../identity/anonymous-authenticator';
import type { CacheStatistics } from '../identity/lookup-cache';
import type { IdentityLog } from '../identity/identity-log';
import { KeystoneIdentity } from '../identity/keystone/identity';
import type { KeystoneObservation } from '../identity/keystone/observation';
import type { ScryptCost } from '../identity/embedded/passwords';
import type { StateFolder } from '../settings/state-folder';
import type { Database } from '../storage/database/database';
import { PostgresExternalUserKeyStore } from '../storage/identity/access-keys';
import { PostgresIdentityStore } from '../storage/identity/store';

/** The identity service chosen by the settings. */
export interface ChosenIdentity {
  readonly authenticator: Authenticator;
  /** null unless users are stored here */
  readonly embedded: EmbeddedIdentity | null;
  /** null unless Keystone stores them */
  readonly keystone: KeystoneIdentity | null;
  caches(): readonly CacheStatistics[];
  close(): Promise<void>;
}

/** Dependencies of every kind of identity. */
export interface IdentityDeps {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly log: IdentityLog;
  readonly observe: Observe<AuditObservation | KeystoneObservation>;
  readonly scryptCost?: ScryptCost;
}

/** One identity may be attacked from several addresses at once. */
const identityFactor = 3;

/** @throws Error if secrets were sealed with another master key */
export async function chooseIdentity(config: Config, grounds: IdentityDeps): Promise<ChosenIdentity> {
  if (config.identity === 'none') return withoutAuthentication(config);
  return config.keystone
    ? keystoneIdentity(config, config.keystone, grounds)
    : embeddedIdentity(config, grounds);
}

async function embeddedIdentity(
  config: Config,
  { database, folder, clock, observe, scryptCost }: IdentityDeps,
): Promise<ChosenIdentity> {
  const embedded = new EmbeddedIdentity(new PostgresIdentityStore(database), clock, {
    masterKey: folder.masterKey(config.masterKey),
    tokenLifetime: config.tokenLifetime,
    freeSignatures: config.accessKeyLockout,
    roleNames: config.roleNames,
    reservedProjectIds: reservedProjectIds(dialects),
    loginRule: { perAddress: config.loginLockout, perIdentity: identityFactor * config.loginLockout },
    observe,
    assumeDefaultDomain: config.assumeDefaultDomain,
    ...(scryptCost && { scryptCost }),
  });
  await embedded.prepare();
  return {
    authenticator: embedded.authenticator,
    embedded,
    keystone: null,
    caches: () => embedded.caches(),
    close: () => Promise.resolve(),
  };
}

function keystoneIdentity(
  config: Config,
  keystone: NonNullable<Config['keystone']>,
  { database, folder, clock, log, observe }: IdentityDeps,
): ChosenIdentity {
  const keyStore = new PostgresExternalUserKeyStore(database);
  const settings = {
    ...keystone,
    roleNames: config.roleNames,
    masterKey: folder.masterKey(config.masterKey),
    freeSignatures: config.accessKeyLockout,
  };
  const identity = new KeystoneIdentity(keyStore, clock, log, settings, observe);
  return {
    authenticator: identity.authenticator,
    embedded: null,
    keystone: identity,
    caches: identity.caches,
    close: () => identity.close(),
  };
}

function withoutAuthentication({ anonymous, roleNames, host, publicUrl }: Config): ChosenIdentity {
  if (reservedProjectIds(dialects).includes(anonymous.project)) {
    throw new Error(`TAGWAY_NONE_PROJECT must be another word: "${anonymous.project}" is part of a path`);
  }
  // A gateway reachable from the network cannot know its names unless they are configured.
  const isReachable = isIP(host) !== 0 && !host.startsWith('127.') && host !== '::1';
  const own = publicUrl === null ? [] : [new URL(publicUrl).hostname];
  const hosts = isReachable && publicUrl === null ? null : [host, ...own];
  const authenticator = new AnonymousAuthenticator(anonymous.project, anonymous.roles, roleNames, hosts);
  const nothing = { embedded: null, keystone: null, caches: () => [] };
  return { authenticator, ...nothing, close: () => Promise.resolve() };
}

/** @throws Error saying where users are managed instead */
export function requireEmbeddedIdentity({ embedded }: Pick<ChosenIdentity, 'embedded'>): EmbeddedIdentity {
  if (embedded) return embedded;
  throw new Error('users, projects and roles are kept elsewhere, as TAGWAY_IDENTITY says');
}

/** Where refused clients are directed for a token: the identity root without `/v3`; null: the gateway. */
export function publicIdentityUrl({ keystone }: Config): string | null {
  return keystone?.url.replace(/\/v3$/, '') ?? null;
}
