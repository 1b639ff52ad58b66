import { Router } from 'express';

/** `GET /healthz`: this process answers. `GET /readyz`: it can serve, or 503 with what is missing. */
export function healthRouter(isReady: () => Promise<boolean>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const ready = await isReady();
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'the database is away' });
  });
  return router;
}
