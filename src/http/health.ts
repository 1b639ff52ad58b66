import { type Request, Router } from 'express';
import './context';

/**
 * `GET /healthz`: this process answers. `GET /readyz`: it can serve, or 503 with the reason.
 * @param missing null: nothing; the log gets the underlying error through the request
 */
export function healthRouter(missing: (req: Request) => Promise<string | null>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (req, res) => {
    const what = await missing(req);
    res.status(what === null ? 200 : 503).json({ status: what ?? 'ready' });
  });
  return router;
}
