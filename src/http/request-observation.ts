import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Observe } from '../core/observe';
import { type Cause, causeOf, isOfClient } from './cause';
import './context';
import { operationOf } from './operations';

export type RequestObservation =
  /** `request-ended` follows, once for each. */
  | { readonly kind: 'request-begun' }
  | { readonly kind: 'request-ended'; readonly facts: RequestFacts }
  /** For a reason that is ours, not the client's. */
  | {
      readonly kind: 'request-failed';
      readonly requestId: string;
      readonly path: string;
      readonly error: unknown;
    }
  /** Too many were in flight. Neither begun nor ended: to look at its bytes would cost as much as to answer it. */
  | { readonly kind: 'request-rejected'; readonly dialect: string };

export interface RequestFacts extends Partial<Cause> {
  /** Name of the dialect or own surface that answered. */
  readonly dialect: string;
  /** As the contract names it, or the route; never a path. */
  readonly operation: string;
  readonly requestId: string;
  /** What the client or a proxy calls the request, where that is not its id here. */
  readonly clientRequestId?: string;
  readonly traceId?: string;
  readonly method: string;
  /** Path without the query, which may hold what people search for. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly project: string | null;
  readonly user: string | null;
  readonly accessKey?: string;
  /** Of one that was refused: the kind of fact that stood against it. */
  readonly reason?: string;
  /** Of a signed request. */
  readonly address?: string | undefined;
  readonly image: string | null;
  /** On the wire, with headers: since the request before on the same connection. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

declare module 'net' {
  interface Socket {
    /** Bytes of its requests and answers that were counted. */
    countedIn?: number;
    countedOut?: number;
  }
}

/** What the surfaces say of their paths and headers. */
export interface Declared {
  /** What stands where the path names an image. */
  readonly imageIn: (req: IncomingMessage) => string | undefined;
  /** Headers in which clients and proxies name a request; the first that is well-formed counts. */
  readonly requestIdHeaders: readonly string[];
}

/**
 * Observes the request once the answer has left, or the client has.
 * @param declared what the surfaces say of their paths and headers
 */
export function watchResponse(
  req: IncomingMessage,
  res: ServerResponse,
  observe: Observe<RequestObservation>,
  declared: Declared,
): void {
  const begun = performance.now();
  observe({ kind: 'request-begun' });
  res.once('close', () => {
    const cause = causeOf(req.failure);
    if (req.failure !== undefined && !cause && !isOfClient(req.failure, res)) {
      observe(failureOf(req, req.failure));
    }
    observe({ kind: 'request-ended', facts: factsOf(req, res, begun, cause, declared) });
  });
}

/** A request that failed for a reason of ours. */
export function failureOf({ requestId, target }: IncomingMessage, error: unknown): RequestObservation {
  return { kind: 'request-failed', requestId, path: target.path, error };
}

function factsOf(
  req: IncomingMessage,
  res: ServerResponse,
  begun: number,
  cause: Cause | undefined,
  { imageIn, requestIdHeaders }: Declared,
): RequestFacts {
  req.operation = operationOf(req);
  const clientRequestId = clientRequestIdOf(req, requestIdHeaders);
  return {
    dialect: req.surface ?? 'none',
    operation: req.operation,
    requestId: req.requestId,
    ...(clientRequestId !== undefined && { clientRequestId }),
    ...(req.traceId !== undefined && { traceId: req.traceId }),
    method: req.method ?? '',
    path: req.target.path,
    // 499: the client went before it had an answer.
    status: res.writableFinished ? res.statusCode : 499,
    milliseconds: Math.round((performance.now() - begun) * 100) / 100,
    project: req.caller?.projectId ?? null,
    user: req.caller?.userId ?? null,
    ...req.signer,
    ...cause,
    ...(req.reason !== undefined && { reason: req.reason }),
    image: req.imageId ?? uuidOf(imageIn(req)),
    bytesIn: bytesIn(req.socket),
    bytesOut: bytesOut(req.socket),
  };
}

/** A UUID with or without hyphens, as services and proxies make them: nothing else gets into a log. */
const wellFormed = /^(?:req-)?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

function clientRequestIdOf(
  { headers, requestId }: IncomingMessage,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const given = headers[name];
    if (typeof given === 'string' && given !== requestId && wellFormed.test(given)) return given;
  }
  return undefined;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function uuidOf(text: string | undefined): string | null {
  return text !== undefined && uuid.test(text) ? text : null;
}

function bytesIn(socket: Socket): number {
  const all = socket.bytesRead;
  const bytes = all - (socket.countedIn ?? 0);
  socket.countedIn = all;
  return bytes;
}

function bytesOut(socket: Socket): number {
  const all = socket.bytesWritten;
  const bytes = all - (socket.countedOut ?? 0);
  socket.countedOut = all;
  return bytes;
}
