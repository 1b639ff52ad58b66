import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of an unwanted body that are read and dropped to keep the connection. */
const restLimit = 1024 * 1024;

/** What is left of a body when the answer goes out is dropped; a client that has too much of it is cut off. */
export function dropRest(req: IncomingMessage, res: ServerResponse): void {
  if (req.complete || !announcesBody(req)) return;
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

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
