import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import './context';

declare module 'stream' {
  interface Duplex {
    /** The answer to the newest request of this connection. */
    newestAnswer?: ServerResponse;
  }
}

/** Records which answer a parse error on this connection concerns. */
export function rememberNewestAnswer(req: IncomingMessage, res: ServerResponse): void {
  (req.socket as Duplex).newestAnswer = res;
}

/**
 * Is the end of the request unknown? Node's parser emits a request before it refuses its transfer coding, so a
 * handler that needs no body would act, and its client would read 400; and it treats other versions as 1.1.
 */
export function hasUnknownEnd({ headers, httpVersionMajor }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return httpVersionMajor > 1 || (coding !== undefined && coding.toLowerCase() !== 'chunked');
}

/**
 * Ends a connection whose bytes are not HTTP. They do not concern a complete request before them, or one whose body
 * is unread: it may have done its work, so it is answered before the connection ends.
 */
export function endIllFormedConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  const answer = socket.newestAnswer;
  if (answer && !answer.destroyed && !answer.writableFinished && !isBodyAwaited(answer.req)) {
    answer.req.bodyBroken = true;
    answer.shouldKeepAlive = false;
    answer.once('close', () => socket.destroy());
    return;
  }
  if (socket.writable && !answer?.headersSent) {
    socket.write(`HTTP/1.1 ${statusOf(error)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
  socket.destroy(error);
}

function isBodyAwaited(req: IncomingMessage): boolean {
  return !req.complete && req.bodyAwaited === true;
}

function statusOf({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Payload Too Large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout';
    default:
      return '400 Bad Request';
  }
}
