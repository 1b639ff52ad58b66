import { type RequestHandler, Router } from 'express';
import { authenticate } from '../../http/authenticate';
import { requestBaseUrl } from '../../http/context';
import { HttpFault } from '../../http/errors';
import { refuseUnknownRoute } from '../../http/middleware';
import { type HttpMethod, routeOperations } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import { VersionTwoRequested, createErrorHandler } from './errors';
import type { IdentityOperation } from './operation';
import { operations } from './operations';
import { bodyLimit, parseJsonBody } from './requests';
import { commonHeaders } from './responses';

/** @throws Error when the identity service is external: `/v3` is then not served here */
export function router(parts: DialectDeps): Router {
  const routes = Router({ caseSensitive: true, strict: false });
  const identify = authenticate(parts.authenticator, () => bodyLimit);
  const before = ({ open, body }: IdentityOperation): readonly RequestHandler[] => [
    ...(open ? [] : [identify]),
    ...(body === 'json' ? [json] : []),
  ];
  routes.use(openAnswer, ...parts.middleware);
  routeOperations(routes, operations(parts), { before, refuse });
  routes.all(/^\/v2(?:\.0)?\/tokens$/, refuseOldVersion(parts.settings.publicUrl));
  routes.use(refuseUnknownRoute, createErrorHandler(parts.settings.publicUrl));
  return routes;
}

const openAnswer: RequestHandler = (req, res, next) => {
  res.set(commonHeaders(req));
  next();
};

const json: RequestHandler = async (req, res, next) => {
  await parseJsonBody(req, res);
  next();
};

function refuseOldVersion(publicUrl: string | null): RequestHandler {
  return (req) => {
    throw new VersionTwoRequested(`${requestBaseUrl(req, publicUrl)}/v3`);
  };
}

/** OPTIONS is answered and every other method refused, with the methods that there are; before any credentials. */
function refuse(methods: readonly HttpMethod[]): RequestHandler {
  const allow = ['OPTIONS', ...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))];
  return (req, res) => {
    if (req.method !== 'OPTIONS') {
      throw new HttpFault({ kind: 'method-not-allowed', method: req.method, allow });
    }
    res
      .status(200)
      .set({ Allow: allow.join(', '), 'Content-Length': '0' })
      .end();
  };
}
