import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'winston';
import { createAdmin } from '../admin/index';
import { type Config, sessionsOf } from '../settings/config';
import { readPageFiles } from '../console/files';
import { landingSurface } from '../console/landing';
import { type About, consoleSurface } from '../console/router';
import { type Clock, SystemClock } from '../core/clock';
import type { ImageService } from '../core/image-service';
import type { TagStore } from '../core/ports';
import type { Dialect, DialectParts, DialectSettings } from '../dialects/dialect';
import { docsPath, docsRouter } from '../docs/router';
import { Admission, type AdmissionBounds } from '../http/admission';
import { createApp, type Shedding, type Surface } from '../http/app';
import { healthRouter } from '../http/health';
import { LoadShedding } from '../http/load-shedding';
import { limitAddresses, RateLimitedAuthenticator } from '../http/rate-limits';
import { AuditedAuthenticator } from '../identity/audited-authenticator';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { ScryptCost } from '../identity/embedded/passwords';
import { dialects, projectIdsBeside, reservedIn, served, surfaceOf } from './dialects';
import { chooseIdentity, type ChosenIdentity, identityUrlOf, requireEmbedded } from './identity-choice';
import { type History, historyOf } from './history';
import { type Observation, observe } from './observation';
import { keepRecovering } from './recovery';
import { Readiness } from './readiness';
import { resetOf } from './reset';
import { alone, type ProcessRole } from './role';
import { servicesOf } from './services';
import type { StateFolder } from '../process/state-folder';
import { DiskRoom } from '../storage/images/disk-room';
import { requireWholeData } from '../storage/backup/index';
import type { Connection, Database } from '../storage/database/database';
import { migrate } from '../storage/migrator';
import { ObservedDatabase } from '../storage/database/observed-database';
import type { Metrics } from '../observation/metrics';

/** What a gateway is built on. */
export interface GatewayDeps {
  readonly connection: Connection;
  readonly folder: StateFolder;
  readonly log: Logger;
  readonly role?: ProcessRole;
  readonly replace?: Replacements;
}

/** What tests put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly authenticator?: Authenticator;
  /** A cheap one, where passwords protect nothing and many are checked. */
  readonly scryptCost?: ScryptCost;
  /** Given the store of the tags, the one to use. */
  readonly tagStore?: (store: TagStore) => TagStore;
  /** Further ones, asked before the gateway's own. */
  readonly dialects?: readonly Dialect[];
}

export interface Gateway {
  readonly listener: RequestListener;
  readonly database: Database;
  readonly chosen: ChosenIdentity;
  /** @throws Error when another service keeps the users */
  readonly identity: EmbeddedIdentity;
  readonly images: ImageService;
  /** From now on `/readyz` says that it is ready. */
  begin(): void;
  /** From now on `/readyz` says that it is not ready; all else goes on. */
  leave(): void;
  close(): Promise<void>;
}

/**
 * Builds every object and hands each its collaborators; nothing else does. Brings the schema up to date.
 * @throws Unavailable when the database cannot be reached, BackupError when an import into it is not finished
 */
export async function createGateway(
  config: Config,
  { connection, folder, log, role = alone, replace = {} }: GatewayDeps,
): Promise<Gateway> {
  if (role.isFirst) await requireWholeData(connection, (sentence) => log.warn(sentence));
  await migrate(connection);
  const seen = observe(config, log, role.metricsOfAll);
  const database = openDatabase(connection, config, seen);
  const clock = replace.clock ?? new SystemClock();
  const past = historyOf(config, database, clock, role.isFirst, seen.failed);
  const services = servicesOf(config, database, folder, clock, replace.tagStore, seen, past);
  const { auditLog: audit, keystone: observer } = seen;
  const chosen = await chooseIdentity(config, { ...replace, database, folder, clock, log, audit, observer });
  seen.watch(database, chosen);
  const endRecovery = await keepRecovering(services.data, role.isFirst, log);
  const known = replace.authenticator ?? new AuditedAuthenticator(chosen.authenticator, audit);
  const authenticator = seen.traced('identity', limited(config, known));
  const reset = resetOf(config, { database, folder, chosen, images: services.images });
  const spoken = [...(replace.dialects ?? []), ...dialects];
  const admin = adminOf(config, { authenticator, surfaces: spoken.map(({ name }) => name), reset });
  const parts: DialectParts = {
    ...services,
    authenticator,
    isProjectId: projectIdsBeside(reservedIn(spoken)),
    settings: settingsOf(config),
    gates: [...gatesOf(config), ...(admin ? [admin.intervene] : [])],
    ...(chosen.embedded && { identity: chosen.embedded }),
  };
  const readiness = new Readiness(database, config.databaseUrl === null ? new DiskRoom(folder.path) : null);
  const files = readPageFiles();
  const page = consoleSurface({ ...services, files, authenticator, about: aboutOf(config) });
  const pages = [...(admin ? [admin.surface] : []), page, landingSurface(files)];
  const all = [...pages, ...surfaces(spoken, parts, seen.metrics, readiness)];
  const app = createApp(all, seen.accessLog, sheddingOf(config, chosen, seen), config.trustProxy);
  const listener = seen.around(admin?.watch(app) ?? app);
  const states = statesOf(readiness, past);
  return gatewayOf({ listener, database, images: services.images, chosen, ...states }, seen, [
    endRecovery,
    past.close,
  ]);
}

/** Those who wait for changes would wait beyond the stop; they go on at another gateway. */
function statesOf({ changes }: Readiness, past: History): Pick<Gateway, 'begin' | 'leave'> {
  return {
    begin: changes.begin,
    leave: () => {
      changes.leave();
      past.watchers.end();
    },
  };
}

function adminOf(
  { admin, publicUrl }: Config,
  parts: Omit<Parameters<typeof createAdmin>[0], 'publicUrl'>,
): ReturnType<typeof createAdmin> | null {
  return admin ? createAdmin({ ...parts, publicUrl }) : null;
}

function aboutOf({ identity, admin, tagText }: Config): About {
  return { identity, admin, tagText };
}

function openDatabase(connection: Connection, config: Config, seen: Observation): Database {
  const tell = (error: Error): void => {
    seen.connectionLost(error);
  };
  return new ObservedDatabase(seen.store, connection, config.poolSize, tell, sessionsOf(config));
}

function surfaces(
  spoken: readonly Dialect[],
  parts: DialectParts,
  metrics: Metrics,
  readiness: Readiness,
): Surface[] {
  const shown = served(spoken, parts);
  return [
    {
      name: 'health',
      path: /^(?=\/(?:healthz|readyz)$)/,
      router: healthRouter((req) => readiness.missing(req)),
      isProbe: true,
    },
    { name: 'metrics', path: /^(?=\/metrics$)/, router: metrics.router(), isProbe: true },
    { name: 'docs', path: docsPath, router: docsRouter(shown.map(({ name }) => name)) },
    ...shown.map((dialect) => surfaceOf(dialect, reservedIn(spoken), parts)),
  ];
}

function settingsOf(config: Config): DialectSettings {
  return {
    publicUrl: config.publicUrl,
    identityUrl: identityUrlOf(config),
    imageTagQuota: config.rules.imageTagQuota,
    huaweiProfile: config.rules.huaweiProfile,
    batchDelete: config.rules.batchDelete,
    tagText: config.tagText,
    maxUploadBytes: config.maxUploadBytes,
  };
}

function gatewayOf(
  parts: Omit<Gateway, 'identity' | 'close'>,
  seen: Observation,
  endings: readonly (() => void)[],
): Gateway {
  return {
    ...parts,
    get identity() {
      return requireEmbedded(parts.chosen);
    },
    close: async () => {
      for (const end of endings) end();
      await parts.chosen.close();
      await parts.database.close();
      await seen.close();
    },
  };
}

function limited({ rates }: Config, authenticator: Authenticator): Authenticator {
  return rates.perProject === null
    ? authenticator
    : new RateLimitedAuthenticator(authenticator, rates.perProject);
}

function gatesOf({ rates }: Config): RequestHandler[] {
  return rates.perAddress === null ? [] : [limitAddresses(rates.perAddress)];
}

/** Requests that are always let in: 128 connections that ask one thing after the other are served. */
const floor = 128;
const pagesFloor = 32;

function sheddingOf(
  { maxConcurrent: most, targetWait: wait }: Config,
  { embedded }: ChosenIdentity,
  seen: Observation,
): Shedding {
  const of = (bounds: AdmissionBounds): LoadShedding =>
    new LoadShedding(new Admission(bounds), embedded === null, (dialect) => {
      seen.sentAway(dialect);
    });
  return { requests: of({ floor, most, wait }), pages: of({ floor: pagesFloor, most, wait }) };
}
