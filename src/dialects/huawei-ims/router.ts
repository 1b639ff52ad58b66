import { type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { requireCaller } from '../../http/context';
import { HttpFault } from '../../http/errors';
import { createJsonBodyParser, refuseHead, refuseUnknownRoute } from '../../http/middleware';
import { type Operation, routeOperations } from '../../http/operations';
import { throwInvalidRequest } from '../../http/schema-parts';
import type { DialectDeps } from '../dialect';
import { commonHeaders, renderError } from './errors';
import { requireCallerIn } from './requests';

/** What stands before and behind the operations of either dialect. @param bodyLimit bytes */
export function imsRouter(
  { middleware, authenticator, isProjectId }: DialectDeps,
  operations: readonly Operation[],
  bodyLimit: number,
): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  const [inProject, json] = [actInProject(isProjectId), createJsonBodyParser(bodyLimit)];
  routes.use(openAnswer, ...middleware, authenticate(authenticator), refuseHead);
  routeOperations(routes, operations, {
    before: ({ path, body }) => [
      textPath,
      ...(path.includes('/:project_id/') ? [inProject] : []),
      ...(body === 'json' ? [json] : []),
    ],
  });
  routes.use(refuseUnknownRoute, renderError);
  return routes;
}

/** On every answer, also those that a middleware gives. */
const openAnswer: RequestHandler = (req, res, next) => {
  res.set(commonHeaders(req));
  next();
};

const textPath: RequestHandler = (req, _res, next) => {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
  next();
};

/** Makes the caller act in the project of the path. @throws HttpFault invalid-request (IMG.0067, IMG.0030) */
function actInProject(isProjectId: (text: string) => boolean): RequestHandler {
  return (req, _res, next) => {
    const projectId = String(req.params['project_id']);
    if (!isProjectId(projectId)) throwInvalidRequest('project_id', 'IMG.0067');
    req.caller = requireCallerIn(requireCaller(req), projectId);
    next();
  };
}
