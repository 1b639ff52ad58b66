import { type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { HttpFault } from '../../http/errors';
import { sendRequestIdHeader, createJsonBodyParser, refuseUnknownRoute } from '../../http/middleware';
import { routeOperations } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import { renderError } from './errors';
import { operations } from './operations';
import { bodyLimit, callerInProject } from './requests';

export function router(parts: DialectDeps): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  const known = authenticate(parts.authenticator);
  routes.use(sendRequestIdHeader, ...parts.middleware);
  const all = operations(parts);
  routeOperations(
    routes,
    all.filter(({ open }) => open),
    { before: () => [], refuse },
  );
  routes.use(bearer, known);
  routeOperations(
    routes,
    all.filter(({ open }) => open !== true),
    { before: ({ body }) => (body === 'json' ? [inProject, json] : [inProject]), refuse },
  );
  routes.use(refuseUnknownRoute, renderError);
  return routes;
}

/** The same token under the name that identity looks for. */
const bearer: RequestHandler = (req, _res, next) => {
  const [, token] = /^Bearer +([^ ]+) *$/i.exec(req.headers.authorization ?? '') ?? [];
  if (token !== undefined) req.headers['x-auth-token'] ??= token;
  next();
};

const refuse =
  (allow: readonly string[]): RequestHandler =>
  ({ method }) => {
    throw new HttpFault({
      kind: 'method-not-allowed',
      method,
      allow: [...allow, ...(allow.includes('GET') ? ['HEAD'] : [])],
    });
  };

const inProject: RequestHandler = (req, _res, next) => {
  req.caller = callerInProject(req);
  next();
};

const json = createJsonBodyParser(bodyLimit);
