import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { parse as parseJson } from 'secure-json-parse';
import { readWholeBody } from './body-reading';
import { HttpFault } from './errors';

/** Of a request without a body, the common case. */
const nothing = Buffer.alloc(0);

/**
 * The request's body as received, read once and kept: signatures cover these exact bytes.
 * Empty if the request has no body.
 * @param limit bytes
 * @throws HttpFault body-too-large, body-encoding, body-cut-off, rate-limited
 */
export async function readRawBody(req: Request, res: Response, limit: number): Promise<Buffer> {
  const before = req.receivedBody;
  // Signature checks have read it already, under a higher limit than the route's own.
  if (before && before.length > limit) throw new HttpFault({ kind: 'body-too-large', limit });
  if (before) return before;
  // No body is the common case: no parser, no listener.
  const body = hasBody(req)
    ? await readWholeBody(req, res, limit, () => {
        awaitBody(req, res);
      })
    : nothing;
  req.receivedBody = body;
  return body;
}

/** Does the request announce a body? */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * A client that sent `Expect: 100-continue` holds its body back until it gets `100 Continue`.
 * @throws HttpFault body-cut-off
 */
function awaitBody(req: Request, res: Response): void {
  if (req.bodyBroken) throw new HttpFault({ kind: 'body-cut-off' });
  req.bodyAwaited = true;
  if (!awaitsContinue(req)) return;
  asked.add(req);
  res.writeContinue();
}

const asked = new WeakSet<Request>();

/** Does the client still wait for `100 Continue`? */
export function awaitsContinue(req: Request): boolean {
  return req.headers.expect?.toLowerCase() === '100-continue' && !asked.has(req);
}

/**
 * The body as a stream, for data of any size; a body already read for a signature is one chunk.
 * @throws HttpFault body-cut-off
 */
export async function* bodyStream(req: Request, res: Response): AsyncGenerator<Buffer> {
  const before = req.receivedBody;
  if (before) {
    yield before;
    return;
  }
  awaitBody(req, res);
  try {
    // A reader that stops must still answer on the same socket.
    for await (const piece of req.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch (error) {
    if (!req.complete) throw new HttpFault({ kind: 'body-cut-off' });
    throw error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as JSON, whatever its media type: no dialect requires one.
 * @throws HttpFault as readRawBody, and body-empty, body-malformed
 */
export async function readJsonBody(req: Request, res: Response, limit: number): Promise<unknown> {
  const bytes = await readRawBody(req, res, limit);
  if (bytes.length === 0) throw new HttpFault({ kind: 'body-empty' });
  try {
    // `__proto__` is an own member after JSON.parse, but the first careless copy makes it a prototype.
    return parseJson(utf8.decode(bytes), { protoAction: 'error', constructorAction: 'ignore' }) as unknown;
  } catch (error) {
    throw new HttpFault({ kind: 'body-malformed', detail: (error as Error).message });
  }
}
