import { type RequestHandler, Router } from 'express';
import type { Authenticator } from '../identity/authenticator';
import { authenticate } from '../http/authenticate';
import { requireCaller } from '../http/context';
import { refuseRoute } from '../http/middleware';
import { NotAdmin, renderErrors } from './errors';
import type { Faults } from './faults';
import { type Isolation, routeIsolation } from './isolation';
import { routeFaults } from './fault-routes';
import type { Journal } from './journal';
import { routeJournal } from './journal-routes';
import { refuseOtherMethods } from './only';
import { routeProjects } from './projects';
import type { Replay } from './replay';
import { type Repeatable, routeTime } from './time';
import { type ExpireTokens, routeTokens } from './tokens';

export interface AdminParts {
  readonly authenticator: Authenticator;
  readonly publicUrl: string | null;
  /** Names of the dialects. */
  readonly surfaces: readonly string[];
  /** Names of their operations, once they are built. */
  readonly operations: () => readonly string[];
  readonly isolation: Isolation;
  readonly repeatable: Repeatable;
  /** null: another service makes the tokens */
  readonly expireTokens: ExpireTokens | null;
}

/** `/admin`: controls for test suites. */
export function adminRouter(parts: AdminParts, faults: Faults, journal: Journal, replay: Replay): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(closed, authenticate(parts.authenticator), adminsOnly);
  routeReset(routes, parts, faults);
  routeIsolation(routes, parts.isolation);
  routeProjects(routes, parts.isolation.projects, parts.publicUrl);
  routeFaults(routes, parts, faults);
  routeTokens(routes, parts.expireTokens);
  routeTime(routes, parts.repeatable);
  routeJournal(routes, journal, replay);
  routes.use(refuseRoute, renderErrors(parts.publicUrl));
  return routes;
}

function routeReset(routes: Router, parts: AdminParts, faults: Faults): void {
  routes
    .route('/admin/reset')
    .post(async (_req, res) => {
      faults.clear();
      await parts.isolation.reset(null);
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
