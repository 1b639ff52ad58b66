import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import express from 'express';
import { parse as parseJson } from 'secure-json-parse';
import { HttpFault } from './errors';

/** Of a request without a body, which is the common one. */
const nothing = Buffer.alloc(0);

/**
 * The request's body as received, read once and kept: signatures cover these very bytes.
 * `''` when there is none. Nothing is inflated, because nobody sends it and a bomb would.
 * @param limit bytes
 * @throws HttpFault body-too-large, body-encoding, body-cut-off
 */
export async function rawBody(req: Request, res: Response, limit: number): Promise<Buffer> {
  const before = req.receivedBody;
  // A signature has it read already, under a wider limit than the route's own.
  if (before && before.length > limit) throw new HttpFault({ kind: 'body-too-large', limit });
  if (before) return before;
  // A request without a body is the common one: no parser, no listener.
  const body = hasBody(req) ? await read(req, res, limit) : nothing;
  req.receivedBody = body;
  return body;
}

/** Does it announce one? */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A body of these sizes that takes longer (ms) is not on its way. */
const patience = 30_000;

async function read(req: Request, res: Response, limit: number): Promise<Buffer> {
  awaitBody(req, res);
  const parse = parserFor(limit);
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new HttpFault({ kind: 'body-cut-off' }));
    }, patience);
    parse(req, res, (error: unknown) => {
      clearTimeout(timer);
      if (error instanceof Error) reject(faultOf(error, limit));
      else resolve(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
    });
  });
}

/** By limit; there are as many as routers name. */
const parsers = new Map<number, RequestHandler>();

function parserFor(limit: number): RequestHandler {
  const before = parsers.get(limit);
  if (before) return before;
  const parser = express.raw({ type: () => true, limit, inflate: false });
  parsers.set(limit, parser);
  return parser;
}

/**
 * A client that sent `Expect: 100-continue` holds its body back until it is told that somebody reads it.
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

/** Does the client wait to be asked for its body, and nobody has asked? */
export function awaitsContinue(req: Request): boolean {
  return req.headers.expect?.toLowerCase() === '100-continue' && !asked.has(req);
}

/**
 * The body piece by piece, for data of any size; what a signature has read already is one piece.
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
    // Whoever stops reading still wants to answer over the same socket.
    for await (const piece of req.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch (error) {
    if (!req.complete) throw new HttpFault({ kind: 'body-cut-off' });
    throw error;
  }
}

function faultOf(error: Error & { type?: string; encoding?: string }, limit: number): Error {
  switch (error.type) {
    case 'entity.too.large':
      return new HttpFault({ kind: 'body-too-large', limit });
    case 'encoding.unsupported':
      return new HttpFault({ kind: 'body-encoding', encoding: error.encoding ?? '' });
    case 'request.aborted':
    case 'request.size.invalid':
      return new HttpFault({ kind: 'body-cut-off' });
    default:
      return error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as JSON, of whatever media type: neither Glance nor IMS insists on one.
 * @throws HttpFault as rawBody, and body-empty, body-malformed
 */
export async function jsonBody(req: Request, res: Response, limit: number): Promise<unknown> {
  const bytes = await rawBody(req, res, limit);
  if (bytes.length === 0) throw new HttpFault({ kind: 'body-empty' });
  try {
    // `__proto__` is an own member after JSON.parse, but the first careless copy makes it a prototype.
    return parseJson(utf8.decode(bytes), { protoAction: 'error', constructorAction: 'ignore' }) as unknown;
  } catch (error) {
    throw new HttpFault({ kind: 'body-malformed', detail: (error as Error).message });
  }
}
