import type { Request, RequestHandler, Response, Router } from 'express';
import { HttpFault } from '../../http/errors';

export type Handler = (req: Request, res: Response) => void | Promise<void>;

type Handlers = Readonly<Partial<Record<'get' | 'post' | 'delete', Handler>>>;

/** One path and what it answers. HEAD goes with GET. */
export interface Resource {
  readonly path: string;
  /** For everybody. */
  readonly open?: Handlers;
  /** For callers with credentials. */
  readonly known?: Handlers;
}

/** OPTIONS is answered and every other method refused, with the methods that there are; before any credentials. */
export function serve(
  routes: Router,
  { path, open = {}, known = {} }: Resource,
  identify: RequestHandler,
): void {
  const route = routes.route(path);
  const allow = ['OPTIONS'];
  for (const method of ['get', 'post', 'delete'] as const) {
    const handler = open[method] ?? known[method];
    if (!handler) continue;
    allow.push(...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    if (open[method]) route[method](handler);
    else route[method](identify, handler);
  }
  route.options((_req, res) => {
    res
      .status(200)
      .set({ Allow: allow.join(', '), 'Content-Length': '0' })
      .end();
  });
  route.all((req) => {
    throw new HttpFault({ kind: 'method-not-allowed', method: req.method, allow });
  });
}
