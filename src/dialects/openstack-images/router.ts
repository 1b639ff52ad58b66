import { type Request, type RequestHandler, type Response, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { baseUrl } from '../../http/context';
import { HttpFault } from '../../http/errors';
import type { DialectParts } from '../dialect';
import { dataOperations } from './operations/data';
import { entry, nameRequest, nameToken, rootRoute } from './operations/entry';
import { errorRenderer, setSubject } from './errors/index';
import { imageOperations } from './operations/images';
import { memberOperations } from './operations/members';
import type { Operations } from './operation';
import { pageError } from './errors/page-error';
import { countsAsBody, readBody, refuseBody } from './requests';
import { requestIdHeader, sendJson, sendJsonText, startAnswer } from './responses';
import { schemaTexts } from './schemas';
import { tagOperations } from './operations/tags';

/** Everything under the versions of the image API. Its routes are what is left of a path behind the version. */
export function router(parts: DialectParts): Router {
  const { authenticator, settings } = parts;
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(...parts.gates, entry(settings.publicUrl), nameToken, authenticate(authenticator), nameRequest);

  for (const [path, operations] of resources(parts)) routes.all(path, resource(operations));
  routes.all(rootRoute, redirectToRoot(settings.publicUrl));
  routes.use(refuseRoute, errorRenderer(settings.identityUrl, settings.publicUrl));
  return routes;
}

/** What there is behind the version, as paths and their methods. The path of tags comes first: it is asked most. */
export function resources(parts: DialectParts): readonly (readonly [path: string, Operations])[] {
  const images = imageOperations(parts);
  const members = memberOperations(parts);
  return [
    ['/images/:imageId/tags/:tag', tagOperations(parts)],
    ['/images', images.all],
    ['/images/:imageId', images.one],
    ['/images/:imageId/file', dataOperations(parts)],
    ['/images/:imageId/actions/deactivate', images.deactivate],
    ['/images/:imageId/actions/reactivate', images.reactivate],
    ['/images/:imageId/members', members.all],
    ['/images/:imageId/members/:memberId', members.one],
    ...Object.entries(schemaTexts).map(
      ([name, text]) => [`/schemas/${name}`, schemaOperation(text)] as const,
    ),
    ['/info/stores', storesOperation],
    ['/info/usage', usageOperation],
  ];
}

/** Not `route.get` and its kin: Express would answer HEAD by GET, and Glance refuses it. */
function resource(operations: Operations): RequestHandler {
  const allow = Object.keys(operations);
  return (req, res) => {
    const { method } = req;
    const operation = Object.hasOwn(operations, method) ? operations[method as keyof Operations] : undefined;
    if (!operation) return refuseMethod(req, res, allow);
    if (operation.body === undefined) refuseBody(req);
    if (!req.target.pathIsText && operation.anyText !== true) {
      throw new HttpFault({ kind: 'target-not-text', where: 'path' });
    }
    setSubject(res, operation.subject);
    return operation.run(req, res);
  };
}

/** Glance reads the body even of a request whose method it refuses, and a bad one is told first. */
async function refuseMethod(req: Request, res: Response, allow: readonly string[]): Promise<never> {
  if (countsAsBody(req)) await readBody(req, res);
  throw new HttpFault({ kind: 'method-not-allowed', method: req.method, allow });
}

function schemaOperation(text: string): Operations {
  return {
    GET: {
      subject: 'image',
      run: (req, res) => {
        sendJsonText(req, res, 200, text);
      },
    },
  };
}

const storesOperation: Operations = {
  GET: {
    subject: 'image',
    run: () => {
      throw pageError(404, 'Multi backend is not supported at this site.');
    },
  },
};

/** Limits that Keystone would know are not kept here, so there is no use of any to tell. */
const usageOperation: Operations = {
  GET: {
    subject: 'image',
    run: (req, res) => {
      sendJson(req, res, 200, { usage: {} });
    },
  },
};

function redirectToRoot(publicUrl: string | null): RequestHandler {
  return (req, res) => {
    startAnswer(req, res, 302, {
      'Content-Type': 'text/plain; charset=utf8',
      Location: `${baseUrl(req, publicUrl)}/v2/`,
      ...requestIdHeader(req.requestId),
      'Content-Length': 0,
    });
    res.end();
  };
}

const knownMethods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

const refuseRoute: RequestHandler = (req) => {
  const { method } = req;
  if (knownMethods.includes(method)) throw new HttpFault({ kind: 'route-not-found' });
  throw new HttpFault({ kind: 'method-unknown', method });
};
