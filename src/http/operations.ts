import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response, Router } from 'express';
import './context';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Handler = (req: Request, res: Response) => void | Promise<void>;

/** One operation of a surface. Its route, its name in metrics and logs, and the test of its contract follow from it. */
export interface Operation {
  /** `operationId` of the contract. */
  readonly name: string;
  readonly method: HttpMethod;
  /** The full path of its route, with the contract's parameter names: `/labels/:image_id`. */
  readonly path: string;
  /**
   * `json`: read into `req.body` before the operation runs; `read`: the operation reads it; `ignored`: dropped.
   * Without this, the dialect decides.
   */
  readonly body?: 'json' | 'read' | 'ignored';
  readonly run: Handler;
}

/** How a surface routes its operations. */
export interface OperationRouting<Row extends Operation> {
  /** Middleware before the operation: credentials, checks of the path, the body. */
  readonly before: (operation: Row) => readonly RequestHandler[];
  /** Answers other methods of a path; without it, they find no route. */
  readonly refuse?: (allow: readonly HttpMethod[]) => RequestHandler;
}

const verbs = {
  GET: 'get',
  HEAD: 'head',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const satisfies Record<HttpMethod, string>;

/** Creates the routes of a table, in order. Express answers HEAD with GET unless the table or middleware handles it. */
export function routeOperations<Row extends Operation>(
  routes: Router,
  operations: readonly Row[],
  { before, refuse }: OperationRouting<Row>,
): void {
  const paths = operationsByPath(operations);
  for (const [path, rows] of paths) {
    const route = routes.route(path).all(nameOperation(rows));
    for (const row of rows) route[verbs[row.method]](...before(row), wrapOperation(row.run));
    if (!refuse) continue;
    const own = rows.map(({ method }) => method);
    const wider = [...paths]
      .flatMap(([other, others]) => (covers(other, path) ? others : []))
      .map(({ method }) => method);
    route.all(leaveToOthers(wider), refuse([...new Set([...own, ...wider])]));
  }
}

/** Whether the pattern `wide` has a parameter where `path` has a word: `/limits/:limit_id` covers `/limits/model`. */
function covers(wide: string, path: string): boolean {
  const [parts, words] = [wide.split('/'), path.split('/')];
  if (wide === path || parts.length !== words.length) return false;
  return parts.every(
    (part, at) => part === words[at] || (part.startsWith(':') && !words[at]?.startsWith(':')),
  );
}

/** A method that a path of words lacks goes to the path with a parameter that also matches. */
function leaveToOthers(methods: readonly HttpMethod[]): RequestHandler {
  return (req, _res, next) => {
    const asked = req.method === 'HEAD' ? ['HEAD', 'GET'] : [req.method];
    if (methods.some((method) => asked.includes(method))) next('route');
    else next();
  };
}

/** Runs an operation, through what a middleware has put around it. */
export function wrapOperation(run: Handler): Handler {
  return (req, res) => (req.around ? req.around(() => run(req, res)) : run(req, res));
}

export function operationsByPath<Row extends Operation>(
  operations: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const rows = new Map<string, Row[]>();
  for (const row of operations) rows.set(row.path, [...(rows.get(row.path) ?? []), row]);
  return rows;
}

/** Names the operation on the request before it runs, for logs and history. */
function nameOperation(rows: readonly Operation[]): RequestHandler {
  const names = new Map<string, string>(rows.map(({ method, name }) => [method, name]));
  return (req, _res, next) => {
    req.operation =
      names.get(req.method) ?? (req.method === 'HEAD' ? names.get('GET') : undefined) ?? noOperationName;
    next();
  };
}

/** No operation, or refused before it was known. */
export const noOperationName = 'none';

/** The operation that answered, from a fixed set; the route itself if the surface has no table. */
export function operationName(req: IncomingMessage): string {
  if (req.operation !== undefined) return req.operation;
  const path: unknown = (req as { readonly route?: { readonly path?: unknown } }).route?.path;
  return typeof path === 'string' ? path : noOperationName;
}
