import { type RequestHandler, Router } from 'express';
import type { Authenticator } from '../identity/authenticator';
import { authenticate } from '../http/authenticate';
import { requireCaller } from '../http/context';
import { refuseUnknownRoute } from '../http/middleware';
import { NotAdmin, createErrorHandler } from './errors';
import type { FaultRegistry } from './faults';
import { type ResetsAndSnapshots, routeResetsAndSnapshots } from './snapshot-routes';
import { routeAdminFaults } from './fault-routes';
import type { Journal } from './journal';
import { routeAdminJournal } from './journal-routes';
import { refuseOtherMethods } from './other-methods';
import { routeAdminProjects } from './projects';
import type { Replay } from './replay';
import { type ClockAndIdControl, routeAdminTime } from './time';
import { type ExpireTokens, routeAdminTokens } from './tokens';

export interface AdminDeps {
  readonly authenticator: Authenticator;
  readonly publicUrl: string | null;
  /** Names of the dialects. */
  readonly surfaces: readonly string[];
  /** Names of their operations, once they are built. */
  readonly operations: () => readonly string[];
  readonly snapshots: ResetsAndSnapshots;
  readonly repeatable: ClockAndIdControl;
  /** null: another service makes the tokens */
  readonly expireTokens: ExpireTokens | null;
}

/** `/admin`: controls for test suites. */
export function adminRouter(
  parts: AdminDeps,
  faults: FaultRegistry,
  journal: Journal,
  replay: Replay,
): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(closed, authenticate(parts.authenticator), adminsOnly);
  routeReset(routes, parts, faults);
  routeResetsAndSnapshots(routes, parts.snapshots);
  routeAdminProjects(routes, parts.snapshots.projects, parts.publicUrl);
  routeAdminFaults(routes, parts, faults);
  routeAdminTokens(routes, parts.expireTokens);
  routeAdminTime(routes, parts.repeatable);
  routeAdminJournal(routes, journal, replay);
  routes.use(refuseUnknownRoute, createErrorHandler(parts.publicUrl));
  return routes;
}

function routeReset(routes: Router, parts: AdminDeps, faults: FaultRegistry): void {
  routes
    .route('/admin/reset')
    .post(async (_req, res) => {
      faults.clear();
      await parts.snapshots.reset(null);
      res.status(204).end();
    })
    .all(refuseOtherMethods('POST'));
}

const closed: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};

const adminsOnly: RequestHandler = (req, _res, next) => {
  if (requireCaller(req).accessLevel !== 'admin') throw new NotAdmin();
  next();
};
