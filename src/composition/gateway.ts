import { SystemClock } from '../core/clock';
import { RepeatableIds } from '../core/ids';
import type { Observe } from '../core/observe';
import { createApp } from '../http/app';
import type { AuditObservation } from '../identity/audit';
import type { Authenticator } from '../identity/authenticator';
import { AuditedAuthenticator } from '../identity/audited-authenticator';
import { RuledAuthenticator } from '../identity/ruled-authenticator';
import type { Config } from '../settings/config';
import type { Gateway, GatewayDeps } from './gateway-deps';
import { createHistory } from './history';
import { type ChosenIdentity, chooseIdentity, requireEmbeddedIdentity } from './identity-choice';
import { createResetsAndSnapshots } from './snapshots';
import { withProjectRateLimit, createShedding } from './limits';
import { createObservers } from './observers';
import { Readiness } from './readiness';
import { startRecovery } from './recovery';
import { createClock, createClockAndIdControl } from './clock-and-id-control';
import { singleProcessRole } from './role';
import { createServices } from './services';
import { openDatabase, prepareDatabase } from './database';
import { createSurfaces } from './surfaces';
import { createWebhooks } from './webhooks';

/**
 * The composition root: builds every object and injects its collaborators. Brings the schema up to date.
 * @throws Unavailable if the database is unreachable, BackupError if an import into it is unfinished
 */
export async function createGateway(
  config: Config,
  { connection, folder, log, role = singleProcessRole, seed, known, replace = {} }: GatewayDeps,
): Promise<Gateway> {
  await prepareDatabase(config, connection, role.isFirst, log);
  const observers = createObservers(config, log, role.metricsOfAll);
  const { observe, traced, metrics } = observers;
  const database = openDatabase(config, connection, observe);
  const clock = createClock(config, replace.clock ?? new SystemClock());
  const past = createHistory(config, database, clock, role, observe);
  const base = { database, connection, folder, clock, past, ids: new RepeatableIds(), observe };
  const webhooks = createWebhooks(config, { ...replace, ...base });
  const services = createServices(config, { ...base, webhooks, traced }, replace);
  const chosen = await chooseIdentity(config, { ...replace, database, folder, clock, log, observe });
  observers.watch(database, chosen);
  const recovery = await startRecovery(services, role.isFirst, log);
  const asked = replace.authenticator ?? observedAuthenticator(chosen, observe);
  const authenticator = traced('identity', withProjectRateLimit(config, role, asked));
  const snapshots = createResetsAndSnapshots(config, { ...base, seed, known, chosen, ...services });
  const readiness = new Readiness(database, config.databaseUrl === null ? folder.path : null);
  const built = { config, role, services, authenticator, chosen, metrics, readiness, snapshots };
  const deps = { ...built, database, repeatable: createClockAndIdControl(clock, base.ids, past) };
  const { all, admin } = createSurfaces({ ...deps, further: replace.dialects ?? [] });
  const app = createApp(all, observe, createShedding(config, !chosen.embedded, observe), config.trustProxy);
  return {
    listener: observers.around(admin?.watch(app) ?? app),
    database,
    chosen,
    images: services.images,
    get identity() {
      return requireEmbeddedIdentity(chosen);
    },
    begin: readiness.begin,
    leave: () => {
      readiness.leave();
      // A request that waits for changes would delay the stop; its client asks another gateway.
      past.watchers.end();
    },
    close: () => closeAll([services.staleLists, recovery, webhooks, past, chosen, database, observers]),
  };
}

function observedAuthenticator(
  { authenticator }: ChosenIdentity,
  observe: Observe<AuditObservation>,
): Authenticator {
  return new AuditedAuthenticator(new RuledAuthenticator(authenticator), observe);
}

/** One after the other: each may still need the later ones. */
async function closeAll(parts: readonly { close(): void | Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close();
}
