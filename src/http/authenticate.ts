import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Caller } from '../core/caller';
import type { Authenticator, Credentials } from '../identity/authenticator';
import { rawBody } from './body';
import { announcedLength } from './body-reading';
import { HttpFault } from './errors';
import type { Target } from './target';
import './context';

/** A signature covers no more than this (bytes): the limit of the vendor's gateway. */
export const signedBodyLimit = 12 * 1024 * 1024;

/** The usual limit of a body that is read before its route is known. */
const usualLimit = 1024 * 1024;

/**
 * Middleware for the head of a dialect's router: sets `req.caller`, or fails with the fault that the
 * dialect's own renderer turns into its 401.
 * @param limitOf how many bytes of a signed body the request's route takes
 */
export function authenticate(
  authenticator: Authenticator,
  limitOf: (req: Request) => number = () => usualLimit,
): RequestHandler {
  return async (req, res, next) => {
    const address = req.ip;
    const found = await authenticator.authenticate({
      ...credentialsOf(req),
      body: () => signedBody(req, res, limitOf(req)),
    });
    if ('fault' in found && found.delayMs) await holdBack(req, found.delayMs);
    if ('fault' in found) throw new HttpFault({ kind: 'unauthenticated', fact: found.fault });
    req.caller = found.caller;
    if (found.accessKey !== undefined) req.signer = { accessKey: found.accessKey, address };
    next();
  };
}

/** What is too long for a signature is refused as the vendor's gateway does, in front of every limit of a route. */
async function signedBody(req: Request, res: Response, limit: number): Promise<Buffer> {
  const tooLong = new HttpFault({ kind: 'unauthenticated', fact: 'signed-body-too-large' });
  if ((announcedLength(req) ?? 0) > signedBodyLimit) throw tooLong;
  try {
    return await rawBody(req, res, limit);
  } catch (error) {
    if (error instanceof HttpFault && error.fault.kind === 'body-too-large' && limit >= signedBodyLimit) {
      throw tooLong;
    }
    throw error;
  }
}

/** Decoded; a slash inside of a segment is none between two. */
function plainPath({ path, segments }: Target): string {
  if (!path.includes('%')) return path;
  const end = path.endsWith('/') ? '/' : '';
  return `/${segments.map((segment) => segment.replaceAll('/', '%2F')).join('/')}${end}`;
}

/** Answers that are held back at once. A crowd gets them at once: it must not cost more than it slows down. */
const mostHeldBack = 200;
let heldBack = 0;

/** Nothing is done meanwhile, so the request counts for no load and keeps no body. */
async function holdBack(req: Request, delayMs: number): Promise<void> {
  if (heldBack >= mostHeldBack) return;
  heldBack++;
  req.heldBack = true;
  delete req.receivedBody;
  await sleep(delayMs);
  heldBack--;
}

function credentialsOf(req: Request): Omit<Credentials, 'body'> {
  const { method, target, serviceType: service, ip: address } = req;
  const headers = req.headers as Readonly<Record<string, string | undefined>>;
  return { method, rawTarget: target.raw, service, path: plainPath(target), address, headers };
}

/**
 * Whether the credentials of a request that is still being answered hold, and give what is needed. Of a signature that is
 * for as long as it may be used.
 */
export async function isStillKnown(
  authenticator: Authenticator,
  req: Request,
  isEnough: (caller: Caller) => boolean,
): Promise<boolean> {
  const body = req.receivedBody ?? Buffer.alloc(0);
  const found = await authenticator.authenticate({
    ...credentialsOf(req),
    body: () => Promise.resolve(body),
  });
  return !('fault' in found) && isEnough(found.caller);
}
