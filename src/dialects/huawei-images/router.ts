import { type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { nameRequest, readJson, refuseHead, refuseRoute } from '../../http/middleware';
import { routeOperations } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { renderError } from './errors';
import { operations } from './operations';
import { bodyLimit, callerInProject } from './requests';

export function router(parts: DialectParts): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(
    nameRequest,
    ...parts.gates,
    authenticate(parts.authenticator, () => bodyLimit),
    refuseHead,
  );
  routeOperations(routes, operations(parts), {
    before: ({ body }) => (body === 'json' ? [inProject, json] : [inProject]),
  });
  routes.use(refuseRoute, renderError);
  return routes;
}

const inProject: RequestHandler = (req, _res, next) => {
  req.caller = callerInProject(req);
  next();
};

const json = readJson(bodyLimit);
