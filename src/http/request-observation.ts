import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Observe } from '../core/observe';
import { type FailureCause, findFailureCause, isClientDisconnect } from './cause';
import './context';
import { operationName } from './operations';

export type RequestObservation =
  /** `request-ended` follows, once for each. */
  | { readonly kind: 'request-begun' }
  | { readonly kind: 'request-ended'; readonly facts: RequestFacts }
  /** Our fault, not the client's. */
  | {
      readonly kind: 'request-failed';
      readonly requestId: string;
      readonly path: string;
      readonly error: unknown;
    }
  /** Too many were in flight. Neither begun nor ended: reading its bytes would cost as much as answering it. */
  | { readonly kind: 'request-rejected'; readonly dialect: string };

export interface RequestFacts extends Partial<FailureCause> {
  /** Name of the surface that answered. */
  readonly dialect: string;
  /** As named in the contract, or the route; never a path. */
  readonly operation: string;
  readonly requestId: string;
  /** The client's or proxy's id of the request, if different from ours. */
  readonly clientRequestId?: string;
  readonly traceId?: string;
  readonly method: string;
  /** Path without the query, which may hold search terms. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly project: string | null;
  readonly user: string | null;
  readonly accessKey?: string;
  /** Of a refused request: the kind of refusal. */
  readonly reason?: string;
  /** Of a signed request. */
  readonly address?: string | undefined;
  readonly image: string | null;
  /** On the wire, with headers, since the previous request on the connection. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

declare module 'net' {
  interface Socket {
    /** Bytes counted so far. */
    countedIn?: number;
    countedOut?: number;
  }
}

/** What surfaces declare about their paths and headers. */
export interface SurfaceDeclaration {
  /** The image's name in the path. */
  readonly imageIn: (req: IncomingMessage) => string | undefined;
  /** Headers in which clients and proxies name a request; the first well-formed one counts. */
  readonly requestIdHeaders: readonly string[];
}

/**
 * Observes the request once it is answered, or its client has disconnected.
 */
export function observeResponse(
  req: IncomingMessage,
  res: ServerResponse,
  observe: Observe<RequestObservation>,
  declared: SurfaceDeclaration,
): void {
  const begun = performance.now();
  observe({ kind: 'request-begun' });
  res.once('close', () => {
    const cause = findFailureCause(req.failure);
    if (req.failure !== undefined && !cause && !isClientDisconnect(req.failure, res)) {
      observe(failedRequestObservation(req, req.failure));
    }
    observe({ kind: 'request-ended', facts: factsOf(req, res, begun, cause, declared) });
  });
}

/** A request that failed through our fault. */
export function failedRequestObservation(
  { requestId, target }: IncomingMessage,
  error: unknown,
): RequestObservation {
  return { kind: 'request-failed', requestId, path: target.path, error };
}

function factsOf(
  req: IncomingMessage,
  res: ServerResponse,
  begun: number,
  cause: FailureCause | undefined,
  { imageIn, requestIdHeaders }: SurfaceDeclaration,
): RequestFacts {
  req.operation = operationName(req);
  const clientRequestId = clientRequestIdOf(req, requestIdHeaders);
  return {
    dialect: req.surface ?? 'none',
    operation: req.operation,
    requestId: req.requestId,
    ...(clientRequestId !== undefined && { clientRequestId }),
    ...(req.traceId !== undefined && { traceId: req.traceId }),
    method: req.method ?? '',
    path: req.target.path,
    // 499: the client disconnected before the answer.
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

/** A UUID with or without hyphens, as from services and proxies: nothing else enters the log. */
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
