import type { RequestHandler } from 'express';
import './context';

/**
 * Sends away at once what comes while `limit` requests are under way: they would only wait, and all others with
 * them. Measured in docs/reliability.md: at far too much, refusing takes its toll, too.
 * @param refusal what every dialect answers with 503 and Retry-After
 * @param sentAway told of each, with the dialect's name
 */
export function shedLoad(
  limit: number,
  refusal: () => Error,
  sentAway: (dialect: string) => void,
): RequestHandler {
  let underWay = 0;
  return (req, res, next) => {
    if (underWay >= limit) {
      sentAway(req.surface ?? 'none');
      throw refusal();
    }
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
    next();
  };
}
