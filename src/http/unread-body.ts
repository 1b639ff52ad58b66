import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBody } from './body';

/**
 * Bytes of an unwanted body that are read and dropped. Most clients send all of a body before they look for the answer:
 * cut off earlier, they would hear of a broken connection and never of the reason.
 */
const restLimit = 64 * 1024 * 1024;

/**
 * What is left of a body when its answer has been written is dropped; a client that has too much of it is cut off. Node
 * would read on for as long as something comes.
 */
export function dropUnread(req: IncomingMessage, res: ServerResponse): void {
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
