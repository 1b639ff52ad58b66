import { type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { nameRequest, readJson, refuseHead, refuseRoute } from '../../http/middleware';
import { type Operation, routeOperations } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { renderError } from './errors';
import { operations } from './operations';
import { bodyLimit, callerInProject, requireTextPath } from './requests';

export function router(parts: DialectParts): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(nameRequest, ...parts.gates, authenticate(parts.authenticator), refuseHead);
  const inProject: RequestHandler = (req, _res, next) => {
    req.caller = callerInProject(req, parts.isProjectId);
    next();
  };
  const before = ({ path, body }: Operation): readonly RequestHandler[] => [
    textPath,
    ...(path.includes('/:project_id/') ? [inProject] : []),
    ...(body === 'json' ? [json] : []),
  ];
  routeOperations(routes, operations(parts), { before });
  routes.use(refuseRoute, renderError);
  return routes;
}

const textPath: RequestHandler = (req, _res, next) => {
  requireTextPath(req);
  next();
};

const json = readJson(bodyLimit);
