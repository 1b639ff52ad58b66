import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import type { Observe } from '../core/observe';
import {
  type SurfaceDeclaration,
  failedRequestObservation,
  type RequestObservation,
  observeResponse,
} from './request-observation';
import { isClientDisconnect } from './cause';
import './context';
import { hasUnknownEnd } from './ill-formed';
import { type LoadShedding, sendServiceUnavailable } from './load-shedding';
import { useExpressMessages } from './messages';
import { closeWithConnection } from './queued-answers';
import { type IsOpaqueSegment, parseTarget } from './target';
import { discardUnreadBody } from './unread-body';

/** A surface: a dialect, or one of the gateway's own (health, metrics). */
export interface Surface {
  readonly name: string;
  /** Matched against the normalised path; the first surface that matches answers. */
  readonly path: RegExp;
  /** If the path is not enough: `/` is a page for browsers and a document of a dialect. */
  readonly accepts?: (req: IncomingMessage) => boolean;
  readonly router: Router;
  /** As named in catalogs and access rules. */
  readonly serviceType?: string | undefined;
  /** The image's name among decoded path segments; for logs. */
  readonly imageIn?: ImageIdOfPath | undefined;
  /** A header in which its clients name a request, besides `x-request-id`. */
  readonly requestIdHeader?: string | undefined;
  /** Which path segments are opaque. */
  readonly isOpaque?: IsOpaqueSegment | undefined;
  /** The answer under overload; a page of the gateway's own without it gets a bare 503. */
  readonly overloaded?: RejectRequest;
  /** For monitoring: it counts as the other pages do, and is always answered. */
  readonly isProbe?: boolean;
}

/** The image's name in a path. */
export type ImageIdOfPath = (segments: readonly string[]) => string | undefined;

/** Pages are counted separately: a flood of them cannot displace requests to dialects. */
export interface LoadSheddingByKind {
  readonly requests: LoadShedding;
  readonly pages: LoadShedding;
}

/** Answers 503 in a dialect's own form, without Express: the request has only its id and target. */
export type RejectRequest = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * The one listener for all surfaces. The target is parsed here, before Express, so that every router sees
 * one form of a path and signatures see the bytes sent.
 */
export function createApp(
  surfaces: readonly Surface[],
  observe: Observe<RequestObservation>,
  shedding: LoadSheddingByKind,
  trustProxy: readonly string[] = [],
): RequestListener {
  const app = express();
  const join = useExpressMessages(app);
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  // Addresses of the only proxies whose X-Forwarded-For, -Proto and -Host are trusted.
  if (trustProxy.length > 0) app.set('trust proxy', [...trustProxy]);
  app.use(chooseSurface(surfaces));
  app.use(lastResort(observe));
  const isOpaque = opaqueIn(surfaces);
  const declared = declaredBy(surfaces);
  return (req: IncomingMessage, res: ServerResponse) => {
    closeWithConnection(req, res);
    if (hasUnknownEnd(req)) {
      refuse(res);
      return;
    }
    discardUnreadBody(req, res);
    req.requestId = randomUUID();
    req.target = parseTarget(req.url ?? '/', isOpaque);
    const surface = surfaces.find((one) => isFor(one, req));
    if (surface && !isAdmitted(surface, shedding, res)) {
      req.surface = surface.name;
      (surface.overloaded ?? rejectPage)(req, res);
      return;
    }
    req.url = req.target.rawQuery === null ? req.target.path : `${req.target.path}?${req.target.rawQuery}`;
    observeResponse(req, res, observe, declared);
    join(req, res);
    app(req, res);
  };
}

function isFor({ path, accepts }: Surface, req: IncomingMessage): boolean {
  return path.test(req.target.path) && (accepts?.(req) ?? true);
}

/** Asked before the surface is known, so any surface may declare it. */
function opaqueIn(surfaces: readonly Surface[]): IsOpaqueSegment {
  const declared = surfaces.flatMap(({ isOpaque }) => isOpaque ?? []);
  return (before) => declared.some((isOpaque) => isOpaque(before));
}

function declaredBy(surfaces: readonly Surface[]): SurfaceDeclaration {
  const images = new Map(surfaces.map(({ name, imageIn }) => [name, imageIn]));
  return {
    imageIn: ({ surface = '', target }) => images.get(surface)?.(target.segments),
    requestIdHeaders: [...surfaces.flatMap(({ requestIdHeader }) => requestIdHeader ?? []), 'x-request-id'],
  };
}

function isAdmitted(surface: Surface, { requests, pages }: LoadSheddingByKind, res: ServerResponse): boolean {
  const { name, overloaded, isProbe = false } = surface;
  if (overloaded) return requests.admits(name, res);
  if (!isProbe) return pages.admits(name, res);
  pages.count(res);
  return true;
}

function rejectPage(_req: IncomingMessage, res: ServerResponse): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  sendServiceUnavailable(res, headers, 'Too many pages are asked for at once.\n');
}

/** One layer for all surfaces: Express would match each path again, with two layers per surface. */
function chooseSurface(surfaces: readonly Surface[]): RequestHandler {
  return (req, res, next) => {
    const offer = (from: number): void => {
      const at = surfaces.findIndex((one, index) => index >= from && isFor(one, req));
      const surface = surfaces[at];
      if (!surface) {
        next();
        return;
      }
      req.surface = surface.name;
      if (surface.serviceType !== undefined) req.serviceType = surface.serviceType;
      else delete req.serviceType;
      void surface.router(req, res, (error?: unknown) => {
        if (error === undefined) offer(at + 1);
        else next(error);
      });
    };
    offer(0);
  };
}

/** A bare 400: nothing in such a request is reliable. */
function refuse(res: ServerResponse): void {
  res.shouldKeepAlive = false;
  res.writeHead(400, { 'Content-Length': 0 });
  res.end();
}

/** Dialects render their own errors; only a renderer's own failure arrives here. */
function lastResort(observe: Observe<RequestObservation>): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (!isClientDisconnect(error, res)) observe(failedRequestObservation(req, error));
    // Only cutting it off shows that an answer already begun is incomplete. Express does so; given the error, it
    // would write a stack to standard error, which is reserved for the log.
    if (res.headersSent) {
      next();
      return;
    }
    res.status(500).type('text/plain').send('Internal Server Error\n');
  };
}
