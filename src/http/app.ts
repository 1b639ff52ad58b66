import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { type AccessLog, watchResponse } from './access-log';
import './context';
import { parseTarget } from './target';

/** A surface of the gateway: a dialect, or one of the gateway's own (health, metrics). */
export interface Surface {
  readonly name: string;
  /** Matched against the normalised path; the first surface that matches answers. */
  readonly path: string | RegExp;
  readonly router: Router;
}

/**
 * The one listener for all surfaces. The target is parsed here, before Express, so that every router sees
 * one form of a path and signatures still see the bytes that were sent.
 */
export function createApp(surfaces: readonly Surface[], accessLog: AccessLog): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  for (const { name, path, router } of surfaces) {
    const named: RequestHandler = (req, _res, next) => {
      req.surface = name;
      next();
    };
    app.use(path, named, router);
  }
  app.use(lastResort(accessLog));
  return (req: IncomingMessage, res: ServerResponse) => {
    req.requestId = randomUUID();
    req.target = parseTarget(req.url ?? '/');
    req.url = req.target.rawQuery === null ? req.target.path : `${req.target.path}?${req.target.rawQuery}`;
    watchResponse(req, res, accessLog);
    app(req, res);
  };
}

/** A dialect renders its own errors; what arrives here is a renderer's own failure. */
function lastResort(accessLog: AccessLog): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    accessLog.failure(req, error);
    if (res.headersSent) {
      next(error);
      return;
    }
    res.status(500).type('text/plain').send('Internal Server Error\n');
  };
}
