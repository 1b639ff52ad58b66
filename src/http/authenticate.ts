import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Caller } from '../core/caller';
import type { Authenticator, Credentials } from '../identity/authenticator';
import { readRawBody } from './body';
import { announcedLength } from './body-reading';
import { HttpFault } from './errors';
import type { RequestTarget } from './target';
import './context';

/** Longest body (bytes) that a signature covers: the limit of the vendor's gateway. */
export const signedBodyLimit = 12 * 1024 * 1024;

/** The usual limit of a body read before its route is known. */
const usualLimit = 1024 * 1024;

/**
 * Middleware for the head of a dialect's router: sets `req.caller`, or throws the fault that the
 * dialect's own renderer turns into its 401.
 * @param limitOf maximum bytes of a signed body on the request's route
 */
export function authenticate(
  authenticator: Authenticator,
  limitOf: (req: Request) => number = () => usualLimit,
): RequestHandler {
  return async (req, res, next) => {
    const address = req.ip;
    const body = (): Promise<Buffer> => signedBody(req, res, limitOf(req));
    const found = await authenticator.authenticate(credentialsOf(req, body));
    if ('fault' in found && found.delayMs) await holdBack(req, found.delayMs);
    if ('fault' in found) throw new HttpFault({ kind: 'unauthenticated', fact: found.fault });
    req.caller = found.caller;
    if (found.accessKey !== undefined) req.signer = { accessKey: found.accessKey, address };
    next();
  };
}

/** A body too long for a signature is refused before any limit of a route, as the vendor's gateway does. */
async function signedBody(req: Request, res: Response, limit: number): Promise<Buffer> {
  const tooLong = new HttpFault({ kind: 'unauthenticated', fact: 'signed-body-too-large' });
  if ((announcedLength(req) ?? 0) > signedBodyLimit) throw tooLong;
  try {
    return await readRawBody(req, res, limit);
  } catch (error) {
    if (error instanceof HttpFault && error.fault.kind === 'body-too-large' && limit >= signedBodyLimit) {
      throw tooLong;
    }
    throw error;
  }
}

/** Decoded; a slash inside a segment is no separator. */
function plainPath({ path, segments }: RequestTarget): string {
  if (!path.includes('%')) return path;
  const end = path.endsWith('/') ? '/' : '';
  return `/${segments.map((segment) => segment.replaceAll('/', '%2F')).join('/')}${end}`;
}

/** Maximum number of delayed answers. Beyond it there is no delay: it must not cost more than it slows down. */
const mostHeldBack = 200;
let heldBack = 0;

/** The request is idle meanwhile, so it counts as no load and keeps no body. */
async function holdBack(req: Request, delayMs: number): Promise<void> {
  if (heldBack >= mostHeldBack) return;
  heldBack++;
  req.heldBack = true;
  delete req.receivedBody;
  await sleep(delayMs);
  heldBack--;
}

function credentialsOf(req: Request, body: Credentials['body']): Credentials {
  const { method, target, serviceType: service, ip: address } = req;
  const headers = req.headers as Readonly<Record<string, string | undefined>>;
  return { method, rawTarget: target.raw, service, path: plainPath(target), address, headers, body };
}

/**
 * Whether the credentials of a request in progress are still valid and sufficient. A signature is valid for as long
 * as it may be used.
 */
export async function isStillAuthorized(
  authenticator: Authenticator,
  req: Request,
  isEnough: (caller: Caller) => boolean,
): Promise<boolean> {
  const body = req.receivedBody ?? Buffer.alloc(0);
  const found = await authenticator.authenticate(credentialsOf(req, () => Promise.resolve(body)));
  return !('fault' in found) && isEnough(found.caller);
}
