import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './body';

/**
 * Bytes of an unwanted body to read and drop. Most clients send the whole body before they read the answer: cut off
 * earlier, they would see a broken connection and never the reason.
 */
const restLimit = 64 * 1024 * 1024;

/**
 * Drops the rest of a body once its answer is written, and cuts off a client that sends too much. Node would read on
 * without end.
 */
export function discardUnreadBody(req: IncomingMessage, res: ServerResponse): void {
  if (!hasBody(req)) return;
  res.once('prefinish', () => {
    if (!req.complete) drop(req, res);
  });
}

function drop(req: IncomingMessage, res: ServerResponse): void {
  let left = restLimit;
  req.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left >= 0) return;
    req.pause();
    if (res.writableFinished) req.socket.destroySoon();
    else
      res.once('finish', () => {
        req.socket.destroySoon();
      });
  });
}
