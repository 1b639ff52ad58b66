import { Router } from 'express';

/**
 * `GET /healthz`: this process answers. `GET /readyz`: it can serve, or 503 with what is missing.
 * @param missing null: nothing
 */
export function healthRouter(missing: () => Promise<string | null>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const what = await missing();
    res.status(what === null ? 200 : 503).json({ status: what ?? 'ready' });
  });
  return router;
}
