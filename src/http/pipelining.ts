import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hasUnknownEnd, rememberNewestAnswer } from './ill-formed';

/** Bounds of one connection's unanswered requests. */
export interface PipeliningLimits {
  /** Requests processed at once. */
  readonly running: number;
  /** Queued requests. One more ends the connection. */
  readonly waiting: number;
}

/** Clients pipeline some ten requests; a packet of 64 KiB holds two thousand. */
export const pipeliningLimits: PipeliningLimits = { running: 8, waiting: 64 };

declare module 'stream' {
  interface Duplex {
    pipeline?: Pipeline;
  }
}

/**
 * Limits the requests of one connection that a listener gets at once. While more wait, the connection is not read;
 * a client that sends too many in one packet gets answers to the accepted ones, and the connection ends. Bytes
 * after a request whose framing is refused are no request (RFC 9112, section 6.3): the parser has read them
 * already, and they must not run.
 */
export function limitPipelining(
  listener: RequestListener,
  bounds: PipeliningLimits = pipeliningLimits,
): RequestListener {
  return (req, res) => {
    const socket: Duplex = req.socket;
    (socket.pipeline ??= new Pipeline(socket, listener, bounds)).accept(req, res);
  };
}

class Pipeline {
  private running = 0;
  private readonly waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  private last: ServerResponse | undefined;
  /** Everything parsed from now on is ignored. */
  private ended = false;
  private overflown = false;

  constructor(
    private readonly socket: Duplex,
    private readonly listener: RequestListener,
    private readonly bounds: PipeliningLimits,
  ) {
    socket.once('close', () => {
      this.ended = true;
      this.waiting.length = 0;
    });
    // Node's parser resumes the socket after every message.
    socket.on('resume', () => {
      if (this.isFull()) socket.pause();
    });
  }

  accept(req: IncomingMessage, res: ServerResponse): void {
    if (this.ended) return;
    if (this.waiting.length >= this.bounds.waiting) {
      this.end();
      return;
    }
    rememberNewestAnswer(req, res);
    this.last = res;
    if (hasUnknownEnd(req)) this.ended = true;
    if (this.running < this.bounds.running) {
      this.run(req, res);
      return;
    }
    this.waiting.push([req, res]);
    this.socket.pause();
  }

  private isFull(): boolean {
    return this.overflown || this.waiting.length > 0;
  }

  private run(req: IncomingMessage, res: ServerResponse): void {
    this.running++;
    res.once('close', () => {
      this.running--;
      // Not at once: other connections get served in between.
      setImmediate(() => {
        this.next();
      });
    });
    this.listener(req, res);
  }

  private next(): void {
    const found = this.waiting.shift();
    if (found) this.run(...found);
    if (!this.isFull() && this.socket.isPaused()) this.socket.resume();
  }

  /** Accepts nothing more; the connection ends after the last accepted request's answer. */
  private end(): void {
    this.ended = true;
    this.overflown = true;
    this.socket.pause();
    if (this.last) closeAfter(this.last, this.socket);
  }
}

function closeAfter(res: ServerResponse, socket: Duplex): void {
  if (!res.headersSent) res.shouldKeepAlive = false;
  res.once('close', () => {
    socket.end();
  });
}
