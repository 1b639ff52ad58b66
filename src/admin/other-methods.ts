import type { RequestHandler } from 'express';
import { HttpFault } from '../http/errors';

/** After the methods of a route. */
export function refuseOtherMethods(...allow: readonly string[]): RequestHandler {
  return ({ method }) => {
    throw new HttpFault({ kind: 'method-not-allowed', method, allow });
  };
}
