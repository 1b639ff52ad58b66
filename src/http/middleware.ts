import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { readJsonBody } from './body';
import { HttpFault } from './errors';

/** Reads the body as JSON into `req.body`, whatever its media type. @param limit bytes */
export function createJsonBodyParser(limit: number): RequestHandler {
  return async (req, res, next) => {
    req.body = await readJsonBody(req, res, limit);
    next();
  };
}

/** For the end of a router: an unknown path or method is a missing route. */
export const refuseUnknownRoute: RequestHandler = () => {
  throw new HttpFault({ kind: 'route-not-found' });
};

/** For dialects without HEAD: Express would answer it with GET. */
export const refuseHead: RequestHandler = (req, _res, next) => {
  if (req.method === 'HEAD') throw new HttpFault({ kind: 'route-not-found' });
  next();
};

/** For dialects that send a request's id in `X-Request-Id`, on every answer. */
export const sendRequestIdHeader: RequestHandler = (req, res, next) => {
  res.set('X-Request-Id', requestIdFor(req));
  next();
};

/** The request's id in those dialects: 32 hex digits. */
export function requestIdFor({ requestId }: IncomingMessage): string {
  return requestId.replaceAll('-', '');
}

/** For the gateway's own pages. @param policy their Content-Security-Policy */
export function createPageSecurityHeaders(policy: string): RequestHandler {
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    });
    next();
  };
}
