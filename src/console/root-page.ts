import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import type { Surface } from '../http/app';
import { createPageSecurityHeaders } from '../http/middleware';
import { type PageFiles, sendFile } from './files';
import { contentSecurityPolicy } from './policy';

/**
 * The page at `/` for people. Clients of the image API get Glance's list of versions there, so a request is a
 * browser's only if it names HTML itself and prefers nothing else.
 */
export function rootPageSurface(files: PageFiles): Surface {
  const routes = Router({ caseSensitive: true, strict: true });
  const page = files.get('/console/landing.html');
  routes.use(createPageSecurityHeaders(contentSecurityPolicy), (req, res) => {
    res.vary('Accept');
    if (page) sendFile(req, res, page);
    else res.redirect(302, '/docs');
  });
  return { name: 'landing', path: /^\/$/, accepts: isForBrowser, router: routes };
}

function isForBrowser({ method, headers: { accept = '' } }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const ranges = accept.toLowerCase().split(',').map(rangeOf);
  const html = ranges.find(({ type }) => type === 'text/html')?.quality ?? 0;
  // Java's HttpURLConnection always names HTML, and is recognised by a `*` that is no media range.
  if (html === 0 || ranges.some(({ type }) => type === '*')) return false;
  return ranges.every(({ type, quality }) => type.startsWith('text/html') || !isApi(type) || quality < html);
}

/** Media types that API clients request by name. */
function isApi(type: string): boolean {
  return /^(?:application\/(?:json|.*\+json|vnd\..*)|text\/plain)$/.test(type);
}

function rangeOf(text: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = q === undefined ? 1 : Number(q);
  return { type, quality: Number.isFinite(quality) ? quality : 0 };
}
