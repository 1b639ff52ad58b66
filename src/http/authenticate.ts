import type { RequestHandler } from 'express';
import type { Authenticator } from '../identity/authenticator';
import { rawBody } from './body';
import { HttpFault } from './errors';
import './context';

/** Signed bodies are read before anything else is known of the caller, so this is their bound: 12 MB (IMS). */
const signedBodyLimit = 12 * 1024 * 1024;

/**
 * Middleware for the head of a dialect's router: sets `req.caller`, or fails with the fault that the
 * dialect's own renderer turns into its 401.
 */
export function authenticate(authenticator: Authenticator): RequestHandler {
  return async (req, res, next) => {
    const address = req.ip;
    const found = await authenticator.authenticate({
      method: req.method,
      rawTarget: req.target.raw,
      address,
      headers: req.headers as Readonly<Record<string, string | undefined>>,
      body: () => rawBody(req, res, signedBodyLimit),
    });
    if ('fault' in found) throw new HttpFault({ kind: 'unauthenticated', fact: found.fault });
    req.caller = found.caller;
    if (found.accessKey !== undefined) req.signer = { accessKey: found.accessKey, address };
    next();
  };
}
