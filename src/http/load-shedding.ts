import type { RequestHandler } from 'express';
import { Unavailable } from '../core/errors';

/**
 * Sends away at once what comes while `limit` requests are under way: they would only wait, and all others with
 * them. What is let in keeps its time.
 * @throws Unavailable, which every dialect answers with 503 and Retry-After
 */
export function shedLoad(limit: number): RequestHandler {
  let underWay = 0;
  return (_req, res, next) => {
    if (underWay >= limit) throw new Unavailable('too many requests are under way', 'not-done');
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
    next();
  };
}
