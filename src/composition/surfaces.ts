import { type Admin, createAdmin } from '../admin/index';
import type { ResetsAndSnapshots } from '../admin/snapshot-routes';
import type { AdminDeps } from '../admin/router';
import type { ClockAndIdControl } from '../admin/time';
import { readPageFiles } from '../console/files';
import { rootPageSurface } from '../console/root-page';
import { consoleSurface } from '../console/router';
import type { Dialect, SharedSettings } from '../dialects/dialect';
import { docsPath, docsRouter } from '../docs/router';
import type { Surface } from '../http/app';
import { healthRouter } from '../http/health';
import type { Authenticator } from '../identity/authenticator';
import type { Metrics } from '../observation/metrics';
import type { Config } from '../settings/config';
import type { Database } from '../storage/database/database';
import { runDry } from '../storage/database/dry-run';
import {
  dialects,
  operationNames,
  createProjectIdCheck,
  reservedProjectIds,
  servedDialects,
  createDialectSurface,
  cloudimagesTagFormat,
} from './dialects';
import { type ChosenIdentity, publicIdentityUrl } from './identity-choice';
import { createAddressRateLimits } from './limits';
import type { Readiness } from './readiness';
import type { ProcessRole } from './role';
import type { Services } from './services';

/** Dependencies of surfaces. */
export interface SurfaceDeps {
  readonly config: Config;
  readonly database: Database;
  readonly role: ProcessRole;
  readonly services: Services;
  readonly authenticator: Authenticator;
  readonly chosen: ChosenIdentity;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly snapshots: ResetsAndSnapshots;
  /** null: `/admin` is off */
  readonly repeatable: ClockAndIdControl | null;
  /** Matched before the gateway's own dialects. */
  readonly further: readonly Dialect[];
}

export interface Surfaces {
  /** In order of matching. */
  readonly all: readonly Surface[];
  /** Absent unless `/admin` is on. */
  readonly admin: Admin | null;
}

export function createSurfaces(deps: SurfaceDeps): Surfaces {
  const { config, services, authenticator, chosen, metrics, readiness } = deps;
  const all = [...deps.further, ...dialects];
  const names = all.map(({ name }) => name);
  let operations: readonly string[] | undefined;
  const named = {
    surfaces: names,
    // For rules of faults, which few gateways ever get.
    operations: (): readonly string[] => (operations ??= operationNames(shown, parts, config.ofDialects)),
  };
  const admin = deps.repeatable ? adminOf(deps, deps.repeatable, named) : null;
  const parts = {
    ...services,
    authenticator,
    isProjectId: createProjectIdCheck(reservedProjectIds(all)),
    settings: sharedOf(config),
    middleware: [...createAddressRateLimits(config, deps.role), ...(admin ? [admin.intervene] : [])],
    ...(chosen.embedded && { identity: chosen.embedded }),
  };
  const shown = servedDialects(all, parts);
  return {
    admin,
    all: [
      ...(admin ? [admin.surface] : []),
      ...pagesOf(config, services, authenticator),
      ...watchedOf(metrics, readiness),
      { name: 'docs', path: docsPath, router: docsRouter(shown.map(({ name }) => name)) },
      ...shown.map((dialect) =>
        createDialectSurface(dialect, reservedProjectIds(all), parts, config.ofDialects),
      ),
    ],
  };
}

function adminOf(
  { config: { publicUrl }, database, authenticator, snapshots, chosen: { embedded } }: SurfaceDeps,
  repeatable: ClockAndIdControl,
  named: Pick<AdminDeps, 'surfaces' | 'operations'>,
): Admin {
  const expireTokens = embedded && embedded.expireTokens.bind(embedded);
  return createAdmin(
    { ...named, authenticator, snapshots, repeatable, publicUrl, expireTokens },
    // Where another service makes the tokens, one is refused once.
    { dryRun: (run) => runDry(database, run), expireToken: async (token) => embedded?.expireToken(token) },
  );
}

/** For browsers. */
function pagesOf(config: Config, services: Services, authenticator: Authenticator): Surface[] {
  const files = readPageFiles();
  const { identity, admin } = config;
  const about = { identity, admin, tagText: cloudimagesTagFormat(config) };
  return [consoleSurface({ ...services, files, authenticator, about }), rootPageSurface(files)];
}

/** For monitoring. */
function watchedOf(metrics: Metrics, readiness: Readiness): Surface[] {
  return [
    {
      name: 'health',
      path: /^(?=\/(?:healthz|readyz)$)/,
      router: healthRouter((req) => readiness.missing(req)),
      isProbe: true,
    },
    { name: 'metrics', path: /^(?=\/metrics$)/, router: metrics.router(), isProbe: true },
  ];
}

function sharedOf(config: Config): SharedSettings {
  const { publicUrl, imageTagQuota, maxUploadBytes } = config;
  return { publicUrl, identityUrl: publicIdentityUrl(config), imageTagQuota, maxUploadBytes };
}
