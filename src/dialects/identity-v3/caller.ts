import type { Request } from 'express';
import type { Caller } from '../../core/caller';
import { HttpFault } from '../../http/errors';

/** As identity made it: what was shown for it is found by the very object. @throws HttpFault unauthenticated */
export function requireCaller(req: Request): Caller {
  if (!req.caller) throw new HttpFault({ kind: 'unauthenticated', fact: 'missing' });
  return req.caller;
}
