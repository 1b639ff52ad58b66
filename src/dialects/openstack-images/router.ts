import { type Request, type RequestHandler, type Response, Router } from 'express';
import { authenticate, signedBodyLimit } from '../../http/authenticate';
import { HttpFault } from '../../http/errors';
import { operationsByPath, wrapOperation, noOperationName } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import { createErrorHandler, setErrorContext } from './errors/index';
import type { ImageOperation } from './operation';
import { createRootHandler, acceptRequestId, acceptTokenHeaders } from './operations/root-handler';
import { operationHandler, rootOperations } from './operations/root-operations';
import { routedOperations } from './operations/index';
import { bodyLimit, hasRequestBody, readBody, requireNoBody } from './requests';
import type { ImageSettings } from './settings';
import { isImageDataUpload } from './uploads';

/** Everything under the versions of the image API. */
export function router(parts: DialectDeps<ImageSettings>): Router {
  const { authenticator, settings, own } = parts;
  const front = rootOperations(settings.publicUrl, own);
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(
    ...parts.middleware,
    createRootHandler(front, own),
    acceptTokenHeaders,
    authenticate(authenticator, signedLimit),
    acceptRequestId,
  );

  for (const [path, rows] of operationsByPath(routedOperations(parts))) routes.all(path, resource(rows));
  routes.all(front.showRoot.path, operationHandler(front.showRoot));
  routes.use(refuseRoute, createErrorHandler(settings.identityUrl, settings.publicUrl, own.release));
  return routes;
}

/** Data may be as long as a signature can cover; everything else is a document. */
const signedLimit = (req: Request): number => (isImageDataUpload(req) ? signedBodyLimit : bodyLimit);

/** Not `routeOperations`: Express would answer HEAD by GET, and Glance refuses it. */
function resource(rows: readonly ImageOperation[]): RequestHandler {
  const operations = new Map<string, ImageOperation>(
    rows.map((row) => [row.method, { ...row, run: wrapOperation(row.run) }]),
  );
  const allow = [...operations.keys()];
  return (req, res) => {
    const operation = operations.get(req.method);
    req.operation = operation?.name ?? noOperationName;
    if (!operation && rows.some(({ onlyMethod }) => onlyMethod))
      throw new HttpFault({ kind: 'route-not-found' });
    if (!operation) return refuseMethod(req, res, allow);
    if (operation.body === undefined) requireNoBody(req);
    if (!req.target.pathIsText && operation.anyText !== true) {
      throw new HttpFault({ kind: 'target-not-text', where: 'path' });
    }
    setErrorContext(res, operation.subject);
    return operation.run(req, res);
  };
}

/** Glance reads the body even of a request whose method it refuses, and answers a bad one first. */
async function refuseMethod(req: Request, res: Response, allow: readonly string[]): Promise<never> {
  if (hasRequestBody(req)) await readBody(req, res);
  throw new HttpFault({ kind: 'method-not-allowed', method: req.method, allow });
}

const knownMethods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

const refuseRoute: RequestHandler = (req) => {
  const { method } = req;
  if (knownMethods.includes(method)) throw new HttpFault({ kind: 'route-not-found' });
  throw new HttpFault({ kind: 'method-unknown', method });
};
