import type { RequestHandler } from 'express';

/**
 * Sends away at once what comes while `limit` requests are under way: they would only wait, and all others with
 * them. What is let in keeps its time.
 * @param refusal what every dialect answers with 503 and Retry-After
 */
export function shedLoad(limit: number, refusal: () => Error): RequestHandler {
  let underWay = 0;
  return (_req, res, next) => {
    if (underWay >= limit) throw refusal();
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
    next();
  };
}
