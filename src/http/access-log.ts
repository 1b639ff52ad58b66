import type { IncomingMessage, ServerResponse } from 'node:http';
import './context';

/** Where a finished request, or one that failed for a reason of ours, is told. */
export interface AccessLog {
  request(facts: RequestFacts): void;
  failure(req: IncomingMessage, error: unknown): void;
}

export interface RequestFacts {
  /** Name of the dialect or own surface that answered. */
  readonly surface: string;
  readonly requestId: string;
  readonly method: string;
  /** Path without the query, which may hold what people search for. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly project: string | null;
  readonly user: string | null;
}

/** Tells the log once the answer has left, or the client has. */
export function watchResponse(req: IncomingMessage, res: ServerResponse, log: AccessLog): void {
  const begun = performance.now();
  res.once('close', () => {
    if (req.failure !== undefined) log.failure(req, req.failure);
    log.request({
      surface: req.surface ?? 'none',
      requestId: req.requestId,
      method: req.method ?? '',
      path: req.target.path,
      // 499: the client went before it had an answer.
      status: res.writableFinished ? res.statusCode : 499,
      milliseconds: Math.round((performance.now() - begun) * 100) / 100,
      project: req.caller?.projectId ?? null,
      user: req.caller?.userId ?? null,
    });
  });
}
