import { Router } from 'express';
import type { DialectDeps } from '../../src/dialects/dialect';
import { authenticate } from '../../src/http/authenticate';
import { sendRequestIdHeader, refuseHead, refuseUnknownRoute } from '../../src/http/middleware';
import { routeOperations } from '../../src/http/operations';
import { renderError } from './errors';
import { operations } from './operations';
import type { PlainTagsSettings } from './settings';

/** What stands before the operations and behind them. */
export function router(parts: DialectDeps<PlainTagsSettings>): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(sendRequestIdHeader, ...parts.middleware, authenticate(parts.authenticator), refuseHead);
  routeOperations(routes, operations(parts), { before: () => [] });
  routes.use(refuseUnknownRoute, renderError);
  return routes;
}
