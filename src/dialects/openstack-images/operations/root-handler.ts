import type { RequestHandler } from 'express';
import type { Operation } from '../../../http/operations';
import { pageError } from '../errors/page-error';
import { sendWithoutRequestId } from '../responses';
import { operationHandler, type RootOperations } from './root-operations';
import { segmentsAfterVersion, type VersionSettings } from './versions';

/** Characters of a request's id that a client may choose itself. */
const longestRequestId = 64;

/**
 * Answers what lies in front of the API: the health page, the list of versions, which every path without a known
 * version gets, and OPTIONS. What is for the API goes on, its path with the one version that routes name.
 */
export function createRootHandler(front: RootOperations, site: VersionSettings): RequestHandler {
  return (req, res, next) => {
    const { path, segments } = req.target;
    const answer = (operation: Operation): unknown => operationHandler(operation)(req, res, next);
    if (path === '/healthcheck' || (site.release !== 'zed' && segments[0] === 'healthcheck')) {
      return answer(req.method === 'HEAD' ? front.checkHealthBriefly : front.checkHealth);
    }
    if (segments[0] === 'versions') return answer(front.listVersions);
    if (req.method === 'OPTIONS') {
      sendWithoutRequestId(req, res, 200);
      return;
    }
    const rest = segmentsAfterVersion(segments, req.headers.accept, site);
    if (!rest) return answer(front.chooseVersion);
    req.url = routePath(rest, path.endsWith('/'));
    next();
  };
}

/** Old clients name the token so; the first of these that is there counts. */
const tokenHeaders = ['x_auth_token', 'x-storage-token', 'x_storage_token'];

export const acceptTokenHeaders: RequestHandler = (req, _res, next) => {
  if (req.headers['x-auth-token'] === undefined) {
    const name = tokenHeaders.find((header) => req.headers[header] !== undefined);
    if (name !== undefined) req.headers['x-auth-token'] = req.headers[name];
  }
  next();
};

/** A client may choose its request's id. @throws PageError 400 when it is too long; the answer has another */
export const acceptRequestId: RequestHandler = (req, _res, next) => {
  const chosen = req.headers['x-openstack-request-id'];
  if (typeof chosen === 'string' && chosen !== '') {
    if (chosen.length > longestRequestId) {
      throw pageError(400, `x-openstack-request-id is too long, max size ${String(longestRequestId)}`);
    }
    req.requestId = chosen;
  }
  next();
};

function routePath(segments: readonly string[], trailingSlash: boolean): string {
  const path = segments.map((segment, index) => encodeURIComponent(routed(segments, segment, index)));
  return `${['/v2', ...path].join('/')}${trailingSlash ? '/' : ''}`;
}

/** A line feed at the end of a path is not part of it; in a tag it is (divergence D10). */
function routed(segments: readonly string[], segment: string, index: number): string {
  const isTag = index === 3 && segments[0] === 'images' && segments[2] === 'tags';
  return index === segments.length - 1 && !isTag && segment.endsWith('\n') ? segment.slice(0, -1) : segment;
}
