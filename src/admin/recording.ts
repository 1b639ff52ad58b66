import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { hasBody } from '../http/body';
import './faults';
import type { Journal, OriginalRequest, RecordedExchange } from './journal';
import { maskBody, maskHeaders, maskTarget, RedactionContext } from './masking';
import './replay';
import '../http/context';

/** bytes of a body that are searched for secrets */
const keptLength = 64 * 1024;

/** Requests of the watching page would displace the watched ones. */
const unlisted = /^\/(?:admin|console)(?:\/|$)/;

/** Records every exchange of the listener in the journal, once it is over. */
export function recordExchanges(listener: RequestListener, journal: Journal): RequestListener {
  return (req, res) => {
    const begun = performance.now();
    const at = new Date().toISOString();
    const answer = new ResponseRecorder(res);
    res.once('close', () => {
      // Without a target it was refused before parsing.
      const target = req.target as typeof req.target | undefined;
      if (!target || unlisted.test(target.path)) return;
      const milliseconds = Math.round((performance.now() - begun) * 100) / 100;
      const entry = journal.add({ at, milliseconds, ...facts(req, res, answer) }, originalOf(req));
      req.replay?.recorded(entry);
    });
    listener(req, res);
  };
}

function facts(
  req: IncomingMessage,
  res: ServerResponse,
  answer: ResponseRecorder,
): Omit<RecordedExchange, 'at' | 'milliseconds'> {
  const met = new RedactionContext();
  const isIdentity = req.target.segments[0] === 'v3';
  return {
    requestId: req.requestId,
    surface: req.surface ?? 'none',
    method: req.method ?? '',
    target: maskTarget(req.target.raw),
    // 499: the connection ended before the answer was whole.
    status: res.writableFinished ? res.statusCode : 499,
    project: req.caller?.projectId ?? null,
    user: req.caller?.userId ?? null,
    fault: req.injected ?? null,
    replayOf: req.replay?.of ?? null,
    request: { headers: maskHeaders(req.headers, met), ...maskBody({ ...received(req), isIdentity }, met) },
    response: {
      headers: maskHeaders(answer.headers(), met),
      ...maskBody({ ...answer.body(), isIdentity }, met),
    },
  };
}

/** Streamed data is recorded only by its announced length. */
function received(req: IncomingMessage): { kept: Buffer; bytes: number } {
  const { receivedBody } = req;
  if (receivedBody) return { kept: receivedBody.subarray(0, keptLength), bytes: receivedBody.length };
  return { kept: Buffer.alloc(0), bytes: Number(req.headers['content-length'] ?? 0) || 0 };
}

/** undefined for streamed data and for long bodies, which are not kept */
function originalOf(req: IncomingMessage): OriginalRequest | undefined {
  const body = req.receivedBody ?? (hasBody(req) ? undefined : Buffer.alloc(0));
  if (!body || body.length > keptLength) return undefined;
  const { method = '', target, rawHeaders: headers } = req;
  // A copy: the bytes may be a part of a larger piece.
  return { method, target: target.raw, headers, body: Buffer.from(body) };
}

type Listener = (...given: unknown[]) => unknown;

/** Observes an answer while it is written. */
class ResponseRecorder {
  private readonly pieces: Buffer[] = [];
  private keptBytes = 0;
  private bytes = 0;
  /** Passed to `writeHead` directly: Node does not keep those. */
  private atOnce: OutgoingHttpHeaders = {};

  constructor(private readonly res: ServerResponse) {
    this.lookOn('write', ([chunk, encoding]) => {
      this.note(chunk, encoding);
    });
    this.lookOn('end', ([chunk, encoding]) => {
      this.note(chunk, encoding);
    });
    this.lookOn('writeHead', (given) => {
      const headers = given.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
      if (headers) this.atOnce = headers as OutgoingHttpHeaders;
    });
  }

  headers(): OutgoingHttpHeaders {
    return { ...this.res.getHeaders(), ...this.atOnce };
  }

  body(): { kept: Buffer; bytes: number } {
    return { kept: Buffer.concat(this.pieces), bytes: this.bytes };
  }

  private lookOn(method: 'write' | 'end' | 'writeHead', look: (given: readonly unknown[]) => void): void {
    const own = this.res[method].bind(this.res) as Listener;
    const seen: Listener = (...given) => {
      look(given);
      return own(...given);
    };
    Object.assign(this.res, { [method]: seen });
  }

  private note(chunk: unknown, encoding: unknown): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const piece =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.bytes += piece.length;
    const room = keptLength - this.keptBytes;
    if (room <= 0) return;
    // A copy: the writer may use its buffer again.
    const kept = Buffer.from(piece.subarray(0, room));
    this.pieces.push(kept);
    this.keptBytes += kept.length;
  }
}
