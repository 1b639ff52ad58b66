import type { RequestListener } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'winston';
import { createAdmin } from '../admin/index';
import { type Config, sessionsOf } from '../settings/config';
import { type About, consoleSurface } from '../console/router';
import { type Clock, SystemClock } from '../core/clock';
import type { ImageService } from '../core/image-service';
import type { TagStore } from '../core/ports';
import type { Dialect, DialectParts, DialectSettings } from '../dialects/dialect';
import { huaweiCloudimages } from '../dialects/huawei-cloudimages/index';
import { huaweiImages } from '../dialects/huawei-images/index';
import { identityV3 } from '../dialects/identity-v3/index';
import { openstackImages } from '../dialects/openstack-images/index';
import { tagway } from '../dialects/tagway/index';
import { docsPath, docsRouter } from '../docs/router';
import { Admission, type AdmissionBounds } from '../http/admission';
import { createApp, type Shedding, type Surface } from '../http/app';
import { healthRouter } from '../http/health';
import { LoadShedding } from '../http/load-shedding';
import { limitAddresses, RateLimitedAuthenticator } from '../http/rate-limits';
import { shared } from '../http/shared';
import { AuditedAuthenticator } from '../identity/audited-authenticator';
import type { Authenticator } from '../identity/authenticator';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { ScryptCost } from '../identity/embedded/passwords';
import { chooseIdentity, type ChosenIdentity, identityUrlOf, requireEmbedded } from './identity-choice';
import { type History, historyOf } from './history';
import { type Observation, observe } from './observation';
import { resetOf } from './reset';
import { servicesOf } from './services';
import type { StateFolder } from '../process/state-folder';
import { DiskRoom } from '../storage/images/disk-room';
import { requireWholeData } from '../storage/backup/index';
import { type Connection, type Database, signOfLife } from '../storage/database/database';
import { migrate } from '../storage/migrator';
import { ObservedDatabase } from '../storage/database/observed-database';
import type { Metrics } from '../observation/metrics';
import { isFirstProcess } from '../process/worker';

/** In the order in which they are asked whether a path is theirs. */
const dialects: readonly Dialect[] = [tagway, identityV3, huaweiImages, huaweiCloudimages, openstackImages];

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
  connection: Connection,
  folder: StateFolder,
  log: Logger,
  replace: Replacements = {},
): Promise<Gateway> {
  // A worker that replaces another one finds what its fellows work with.
  if (isFirstProcess()) await requireWholeData(connection, (sentence) => log.warn(sentence));
  await migrate(connection);
  const seen = observe(config, log);
  const database = openDatabase(connection, config, seen);
  const clock = replace.clock ?? new SystemClock();
  const past = historyOf(config, database, clock, isFirstProcess(), seen.failed);
  const services = servicesOf(config, database, folder, clock, replace.tagStore, seen, past);
  const { auditLog: audit, keystone: observer } = seen;
  const chosen = await chooseIdentity(config, { ...replace, database, folder, clock, log, audit, observer });
  seen.watch(database, chosen);
  if (isFirstProcess()) await services.data.recover();
  const known = replace.authenticator ?? new AuditedAuthenticator(chosen.authenticator, audit);
  const authenticator = seen.traced('identity', limited(config, known));
  const reset = resetOf(config, { database, folder, chosen, images: services.images });
  const { publicUrl } = config;
  const spoken = [...(replace.dialects ?? []), ...dialects];
  const names = spoken.map(({ name }) => name);
  const admin = config.admin ? createAdmin({ authenticator, publicUrl, surfaces: names, reset }) : null;
  const parts: DialectParts = {
    ...services,
    authenticator,
    settings: settingsOf(config),
    gates: [...gatesOf(config), ...(admin ? [admin.intervene] : [])],
    ...(chosen.embedded && { identity: chosen.embedded }),
  };
  const readiness = new Readiness(database, config.databaseUrl === null ? new DiskRoom(folder.path) : null);
  const page = consoleSurface({ authenticator, statistics: services.statistics, about: aboutOf(config) });
  const all = [...(admin ? [admin.surface] : []), page, ...surfaces(spoken, parts, seen.metrics, readiness)];
  const app = createApp(all, seen.accessLog, sheddingOf(config, chosen, seen), config.trustProxy);
  const listener = seen.around(admin?.watch(app) ?? app);
  const { images } = services;
  return gatewayOf({ listener, database, images, chosen, leave: leaving(readiness, past) }, seen, past);
}

/** Those who wait for changes would wait beyond the stop; they go on at another gateway. */
function leaving(readiness: Readiness, past: History): () => void {
  return () => {
    readiness.leave();
    past.watchers.end();
  };
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
    ...shown.map((dialect) => ({
      name: dialect.name,
      path: dialect.path,
      router: dialect.router(parts),
      overloaded: dialect.overloaded,
    })),
  ];
}

/** Where another service keeps the users, `/v3` is a path like any other. */
function served(spoken: readonly Dialect[], { identity }: DialectParts): readonly Dialect[] {
  return identity ? spoken : spoken.filter((dialect) => dialect !== identityV3);
}

class Readiness {
  private leaving = false;

  readonly leave = (): void => {
    this.leaving = true;
  };

  private readonly askDatabase = shared(() =>
    this.database.query(signOfLife, []).then(
      () => null,
      (error: unknown) => ({ error }),
    ),
  );

  private readonly isDiskFull = shared(async () => (await this.disk?.isLow()) ?? false);

  /** @param disk that of an embedded database */
  constructor(
    private readonly database: Database,
    private readonly disk: DiskRoom | null,
  ) {}

  async missing(req: Request): Promise<string | null> {
    if (this.leaving) return 'the gateway is stopping';
    const fault = await this.askDatabase();
    if (fault === null) return (await this.isDiskFull()) ? 'the disk is full' : null;
    req.failure = fault.error;
    return 'the database is away';
  }
}

function settingsOf(config: Config): DialectSettings {
  return {
    publicUrl: config.publicUrl,
    identityUrl: identityUrlOf(config),
    imageTagQuota: config.rules.imageTagQuota,
    huawei: config.rules.huawei,
    batchDelete: config.rules.batchDelete,
    tagText: config.tagText,
    maxUploadBytes: config.maxUploadBytes,
  };
}

function gatewayOf(parts: Omit<Gateway, 'identity' | 'close'>, seen: Observation, past: History): Gateway {
  return {
    ...parts,
    get identity() {
      return requireEmbedded(parts.chosen);
    },
    close: async () => {
      past.close();
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
