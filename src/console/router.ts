import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { ImageService } from '../core/image-service';
import type { StatisticsService } from '../core/project-statistics';
import type { SuggestionService } from '../core/tag-suggestions';
import type { Surface } from '../http/app';
import { authenticate } from '../http/authenticate';
import { requireCaller } from '../http/context';
import { HttpFault } from '../http/errors';
import { createPageSecurityHeaders, refuseUnknownRoute } from '../http/middleware';
import type { Authenticator } from '../identity/authenticator';
import { renderError } from './errors';
import { type PageFiles, sendFile } from './files';
import { contentSecurityPolicy } from './policy';
import { searchImages } from './image-search';
import { readImageSearch, readTagKey, readSuggestionQuery } from './requests';
import { imagePageBody, statisticsBody, suggestionsBody } from './responses';

export interface ConsoleDeps {
  readonly files: PageFiles;
  readonly authenticator: Authenticator;
  readonly images: ImageService;
  readonly statistics: StatisticsService;
  readonly suggestions: SuggestionService;
  /** Facts about the gateway that the page needs before sign-in. */
  readonly about: GatewayInfo;
}

export interface GatewayInfo {
  /** Where users are stored; only an embedded identity accepts passwords here. */
  readonly identity: 'embedded' | 'keystone' | 'none';
  /** Whether `/admin` is on. */
  readonly admin: boolean;
  /** How `GET /v1/cloudimages/tags` formats a pair. */
  readonly tagText: 'equals' | 'dot';
}

/** `/console`: a page for people, and its API besides the dialects. */
export function consoleSurface(parts: ConsoleDeps): Surface {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(createPageSecurityHeaders(contentSecurityPolicy), onlyRead);
  routes.get('/console', (_req, res) => {
    res.redirect(308, '/console/');
  });
  routeApi(routes, parts);
  routes.use(pages(parts.files));
  routes.use(refuseUnknownRoute, renderError);
  return { name: 'console', path: /^(?=\/console(?:\/|$))/, router: routes };
}

function routeApi(routes: Router, parts: ConsoleDeps): void {
  const { about, authenticator, images, statistics, suggestions } = parts;
  const known = authenticate(authenticator);
  routes.get('/console/api/about', (_req, res) => {
    res.json(about);
  });
  routes.get('/console/api/session', known, (req, res) => {
    const { userName, projectId, roles, accessLevel } = requireCaller(req);
    res.json({ user: userName, projectId, roles, isAdmin: accessLevel === 'admin' });
  });
  routes.get('/console/api/images', known, async (req, res) => {
    res.json(imagePageBody(await searchImages(images, requireCaller(req), readImageSearch(req))));
  });
  routes.get('/console/api/suggestions', known, async (req, res) => {
    const { key, prefix } = readSuggestionQuery(req);
    res.json(suggestionsBody(await suggestions.ofProject(requireCaller(req), key, prefix)));
  });
  routes.get('/console/api/statistics', known, async (req, res) => {
    res.json(statisticsBody(await statistics.ofProject(requireCaller(req), readTagKey(req))));
  });
}

/** Read when the gateway starts: a later build does not affect a running one. */
function pages(files: PageFiles): RequestHandler {
  return (req, res, next) => {
    const file = files.get(req.target.path);
    if (file) sendFile(req, res, file);
    else if (files.size === 0 && req.target.path === '/console/') sendNotBuilt(req, res);
    else next();
  };
}

function sendNotBuilt(req: Request, res: Response): void {
  req.reason = 'not-built';
  res.status(404).type('text/plain').send('The console was not built: npm run build\n');
}

const onlyRead: RequestHandler = ({ method }, _res, next) => {
  const allow = ['GET', 'HEAD'];
  if (!allow.includes(method)) throw new HttpFault({ kind: 'method-not-allowed', method, allow });
  next();
};
