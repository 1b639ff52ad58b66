import { type RequestHandler, type Response, Router } from 'express';
import type { StatisticsService } from '../core/project-statistics';
import type { Surface } from '../http/app';
import { authenticate } from '../http/authenticate';
import { callerOf } from '../http/context';
import { HttpFault } from '../http/errors';
import { guardPages, refuseRoute } from '../http/middleware';
import type { Authenticator } from '../identity/authenticator';
import { renderError } from './errors';
import { readPageFiles } from './files';
import { readKey } from './requests';
import { statisticsBody } from './responses';

export interface ConsoleParts {
  readonly authenticator: Authenticator;
  readonly statistics: StatisticsService;
  /** What the page must know of the gateway before anybody has signed in. */
  readonly about: About;
}

export interface About {
  /** Who knows the users; only an embedded identity takes passwords here. */
  readonly identity: 'embedded' | 'keystone' | 'none';
  /** Whether `/admin` is there. */
  readonly admin: boolean;
  /** How `GET /v1/cloudimages/tags` writes a pair. */
  readonly tagText: 'equals' | 'dot';
}

/**
 * The page may run and show only its own files and ask only its own gateway. It makes no HTML of text: the last
 * line has the browser hold it to that.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** `/console`: a page for people, and what it asks of the gateway beside the dialects. */
export function consoleSurface(parts: ConsoleParts): Surface {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(guardPages(policy), onlyRead);
  routes.get('/console', (_req, res) => {
    res.redirect(308, '/console/');
  });
  routeApi(routes, parts);
  routes.use(pages());
  routes.use(refuseRoute, renderError);
  return { name: 'console', path: /^(?=\/console(?:\/|$))/, router: routes };
}

function routeApi(routes: Router, { about, authenticator, statistics }: ConsoleParts): void {
  const known = authenticate(authenticator);
  routes.get('/console/api/about', (_req, res) => {
    res.json(about);
  });
  routes.get('/console/api/session', known, (req, res) => {
    const { userName, projectId, roles, standing } = callerOf(req);
    res.json({ user: userName, projectId, roles, isAdmin: standing === 'admin' });
  });
  routes.get('/console/api/statistics', known, async (req, res) => {
    res.json(statisticsBody(await statistics.ofProject(callerOf(req), readKey(req))));
  });
}

/** Read when the gateway starts: a later build changes nothing under a running one. */
function pages(): RequestHandler {
  const files = readPageFiles();
  return ({ target }, res, next) => {
    const file = files.get(target.path);
    if (file) res.set('Content-Type', file.type).send(file.content);
    else if (files.size === 0 && target.path === '/console/') tellOfBuild(res);
    else next();
  };
}

function tellOfBuild(res: Response): void {
  res.status(404).type('text/plain').send('The console was not built: npm run build\n');
}

const onlyRead: RequestHandler = ({ method }, _res, next) => {
  const allow = ['GET', 'HEAD'];
  if (!allow.includes(method)) throw new HttpFault({ kind: 'method-not-allowed', method, allow });
  next();
};
