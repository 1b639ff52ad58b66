import { Router } from 'express';
import { createPageSecurityHeaders } from '../http/middleware';
import { pageFrame } from './layout';
import { type DocsPage, readDocsPages } from './pages';

/** Of the gateway's paths, those that are documentation. */
export const docsPath = /^(?=\/docs(?:\/|$))/;

/**
 * Only what the gateway itself ships is run or shown. Styles are no exception: the viewer sets them by
 * script, which this allows. `connect-src` is for "try it".
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Pages about the gateway, without credentials: nothing in them is secret. @param dialects those that are served */
export function docsRouter(dialects: readonly string[]): Router {
  let pages: ReadonlyMap<string, DocsPage> | undefined;
  const router = Router({ caseSensitive: true, strict: false });
  router.use(createPageSecurityHeaders(policy));
  router.use((req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      req.reason = 'method-not-allowed';
      res.status(405).set('Allow', 'GET, HEAD').type('text/plain').send('Pages are read by GET.\n');
      return;
    }
    pages ??= readDocsPages(dialects);
    const page = pages.get(req.target.path.replace(/\/$/, ''));
    if (!page) req.reason = 'route-not-found';
    res.status(page ? 200 : 404);
    res.set('Content-Type', page?.type ?? 'text/html; charset=utf-8');
    res.send(page?.content ?? missing);
  });
  return router;
}

const missing = pageFrame('Not found', '<h1>There is no such page</h1>');
