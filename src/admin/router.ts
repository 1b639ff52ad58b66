import { type RequestHandler, Router } from 'express';
import type { Authenticator } from '../identity/authenticator';
import { authenticate } from '../http/authenticate';
import { callerOf } from '../http/context';
import { HttpFault } from '../http/errors';
import { readJson, refuseRoute } from '../http/middleware';
import { NotAdmin, renderErrors } from './errors';
import type { Faults } from './faults';
import { type Isolation, routeIsolation } from './isolation';
import type { Journal } from './journal';
import { only } from './only';
import { routeProjects } from './projects';
import { bodyLimit, faultReader, readJournalQuery } from './requests';

export interface AdminParts {
  readonly authenticator: Authenticator;
  readonly publicUrl: string | null;
  /** Names of the dialects. */
  readonly surfaces: readonly string[];
  readonly isolation: Isolation;
}

/** `/admin`: controls for test suites. */
export function adminRouter(parts: AdminParts, faults: Faults, journal: Journal): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(closed, authenticate(parts.authenticator), adminsOnly);
  routeReset(routes, parts, faults);
  routeIsolation(routes, parts.isolation);
  routeProjects(routes, parts.isolation.projects, parts.publicUrl);
  routeFaults(routes, parts.surfaces, faults);
  routeJournal(routes, journal);
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
    .all(only('POST'));
}

function routeFaults(routes: Router, surfaces: readonly string[], faults: Faults): void {
  const readFault = faultReader(surfaces);
  routes
    .route('/admin/faults')
    .get((_req, res) => {
      res.json({ faults: faults.list() });
    })
    .post(readJson(bodyLimit), async (req, res) => {
      res.status(201).json(faults.add(await readFault(req)));
    })
    .delete((_req, res) => {
      faults.clear();
      res.status(204).end();
    })
    .all(only('GET', 'HEAD', 'POST', 'DELETE'));
  routes
    .route('/admin/faults/:id')
    .delete((req, res) => {
      if (!faults.remove(req.params.id)) throw new HttpFault({ kind: 'route-not-found' });
      res.status(204).end();
    })
    .all(only('DELETE'));
}

function routeJournal(routes: Router, journal: Journal): void {
  routes
    .route('/admin/journal')
    .get((req, res) => {
      res.json(journal.read(readJournalQuery(req)));
    })
    .delete((_req, res) => {
      journal.clear();
      res.status(204).end();
    })
    .all(only('GET', 'HEAD', 'DELETE'));
}

const closed: RequestHandler = (_req, res, next) => {
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};

const adminsOnly: RequestHandler = (req, _res, next) => {
  if (callerOf(req).accessLevel !== 'admin') throw new NotAdmin();
  next();
};
