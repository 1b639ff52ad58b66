import type { Request, RequestHandler, Response } from 'express';
import { baseUrl } from '../../../http/context';
import { healthPage } from './healthcheck';
import { pageError } from '../errors/page-error';
import { sendUnnamed } from '../responses';
import { behindVersion, versionsText } from './versions';

/** Characters of a request's id that a client may choose itself. */
const longestRequestId = 64;

/**
 * What lies in front of the API: the health page, the list of versions, which every path without a known
 * version gets, and OPTIONS. What is for the API goes on with the path behind the version.
 */
export function entry(publicUrl: string | null): RequestHandler {
  return (req, res, next) => {
    const { path, segments } = req.target;
    if (path === '/healthcheck') {
      req.operation = req.method === 'HEAD' ? 'checkHealthBriefly' : 'checkHealth';
      sendHealth(req, res);
    } else if (segments[0] === 'versions') {
      req.operation = 'listVersions';
      sendVersions(req, res, 200, publicUrl);
    } else if (req.method === 'OPTIONS') {
      sendUnnamed(req, res, 200);
    } else {
      const rest = behindVersion(segments, req.headers.accept);
      if (!rest) {
        req.operation = 'chooseVersion';
        sendVersions(req, res, 300, publicUrl);
        return;
      }
      req.url = routePath(rest, path.endsWith('/'));
      next();
    }
  };
}

/** Old clients name the token so; the first of these that is there counts. */
const tokenHeaders = ['x_auth_token', 'x-storage-token', 'x_storage_token'];

export const nameToken: RequestHandler = (req, _res, next) => {
  if (req.headers['x-auth-token'] === undefined) {
    const name = tokenHeaders.find((header) => req.headers[header] !== undefined);
    if (name !== undefined) req.headers['x-auth-token'] = req.headers[name];
  }
  next();
};

/** A client may choose its request's id. @throws PageError 400 when it is too long; the answer has another */
export const nameRequest: RequestHandler = (req, _res, next) => {
  const chosen = req.headers['x-openstack-request-id'];
  if (typeof chosen === 'string' && chosen !== '') {
    if (chosen.length > longestRequestId) {
      throw pageError(400, `x-openstack-request-id is too long, max size ${String(longestRequestId)}`);
    }
    req.requestId = chosen;
  }
  next();
};

/** The route of `/v2` itself, without a slash behind it. An encoded path never holds an `@`. */
export const rootRoute = '/@root';

function routePath(segments: readonly string[], trailingSlash: boolean): string {
  if (segments.length === 0) return trailingSlash ? '/' : rootRoute;
  const path = segments.map((segment, index) => encodeURIComponent(routed(segments, segment, index)));
  return `/${path.join('/')}${trailingSlash ? '/' : ''}`;
}

/** A line feed at the end of a path is not part of it; in a tag it is (divergence D10). */
function routed(segments: readonly string[], segment: string, index: number): string {
  const isTag = index === 3 && segments[0] === 'images' && segments[2] === 'tags';
  return index === segments.length - 1 && !isTag && segment.endsWith('\n') ? segment.slice(0, -1) : segment;
}

function sendHealth(req: Request, res: Response): void {
  if (req.method === 'HEAD') sendUnnamed(req, res, 204);
  else sendUnnamed(req, res, 200, healthPage(req.headers.accept));
}

function sendVersions(req: Request, res: Response, status: number, publicUrl: string | null): void {
  const body = versionsText(baseUrl(req, publicUrl));
  sendUnnamed(req, res, status, { contentType: 'application/json', body });
}
