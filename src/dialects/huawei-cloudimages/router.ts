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
  routeOperations(routes, operations(parts), { before });
  routes.use(refuseRoute, renderError);
  return routes;
}

function before({ path, body }: Operation): readonly RequestHandler[] {
  const where = path.includes('/:project_id/') ? [textPath, inProject] : [textPath];
  return body === 'json' ? [...where, json] : where;
}

const textPath: RequestHandler = (req, _res, next) => {
  requireTextPath(req);
  next();
};

const inProject: RequestHandler = (req, _res, next) => {
  req.caller = callerInProject(req);
  next();
};

const json = readJson(bodyLimit);
