import { type ServerResponse, STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect } from './fault-rules';

/** Methods of an answer that faults replace, as Node's have them. */
type Method = 'write' | 'end' | 'writeHead' | 'flushHeaders';
type Given = readonly unknown[];
type Own = (...given: Given) => unknown;

/** What an answer without a body counts as, in bytes, where it is slow. */
const headLength = 200;

/** Ends the connection, whatever was promised. */
export function cutConnection({ socket }: ServerResponse['req'], reset: boolean): void {
  // TLS has no reset of its own.
  if (reset && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket.destroy();
}

/** Makes the answer, which has not begun, look as it would after such a fault of a network or a server. */
export function applyFaultEffect(res: ServerResponse, { cut, reset, slow, wrongLength }: FaultEffect): void {
  if (cut === 'before-answer') swallow(res, reset);
  if (cut === 'in-answer') cutInside(res, reset);
  if (cut === 'after-answer') cutAfter(res, reset);
  if (slow !== null) slowDown(res, slow);
  if (wrongLength !== null) misstateLength(res, wrongLength);
}

function replace(res: ServerResponse, method: Method, by: (own: Own, given: Given) => unknown): void {
  const own = res[method].bind(res) as Own;
  Object.assign(res, { [method]: (...given: Given) => by(own, given) });
}

/** `callback` stands last where there is one. */
function pieceOf([chunk, encoding, ...more]: Given): { bytes: Buffer; callback: (() => void) | undefined } {
  const callback = [chunk, encoding, ...more].find((one) => typeof one === 'function');
  const bytes =
    typeof chunk === 'string'
      ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
      : chunk instanceof Uint8Array
        ? Buffer.from(chunk)
        : Buffer.alloc(0);
  return { bytes, callback: callback as (() => void) | undefined };
}

function swallow(res: ServerResponse, reset: boolean): void {
  const accept = (_own: Own, given: Given): boolean => {
    const { callback } = pieceOf(given);
    if (callback) queueMicrotask(callback);
    return true;
  };
  replace(res, 'writeHead', () => res);
  replace(res, 'flushHeaders', () => undefined);
  replace(res, 'write', accept);
  replace(res, 'end', () => {
    cutConnection(res.req, reset);
    return res;
  });
}

/** In the middle of the body, or of the head where there is no body. */
function cutInside(res: ServerResponse, reset: boolean): void {
  const length = announced(res);
  const send = res.write.bind(res) as Own;
  let left: number | undefined;
  const cut = (): void => {
    cutConnection(res.req, reset);
  };
  const pass = (bytes: Buffer, isWhole: boolean): void => {
    if (left === 0) return;
    left ??= Math.floor((length() ?? bytes.length) / 2);
    if (isWhole && length() === undefined && !res.headersSent) res.setHeader('Content-Length', bytes.length);
    const part = bytes.subarray(0, left);
    left = isWhole ? 0 : left - part.length;
    send(part, left === 0 ? cut : undefined);
  };
  replace(res, 'write', (_own, given) => {
    const { bytes, callback } = pieceOf(given);
    if (bytes.length > 0) pass(bytes, false);
    if (callback) queueMicrotask(callback);
    return true;
  });
  replace(res, 'end', (_own, given) => {
    const { bytes } = pieceOf(given);
    if (bytes.length > 0) pass(bytes, true);
    else if (left === undefined) res.req.socket.write(halfHead(res.statusCode), cut);
    else if (left > 0) cut();
    return res;
  });
}

function halfHead(status: number): string {
  return `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nContent-Ty`;
}

/** Without `Connection: close`: a client that keeps connections finds this one dead. */
function cutAfter(res: ServerResponse, reset: boolean): void {
  res.once('finish', () => {
    if (reset) cutConnection(res.req, true);
    else res.req.socket.destroySoon();
  });
}

function slowDown(res: ServerResponse, bytesPerSecond: number): void {
  const length = announced(res);
  let before: Promise<unknown> = Promise.resolve();
  let hasBody = false;
  const dribble = async (own: Own, bytes: Buffer): Promise<void> => {
    const step = Math.max(1, Math.ceil(bytesPerSecond / 10));
    for (let at = 0; at < bytes.length && !res.closed; at += step) {
      const part = bytes.subarray(at, at + step);
      own(part);
      await sleep((part.length / bytesPerSecond) * 1_000, undefined, { ref: false });
    }
  };
  const ownWrite = res.write.bind(res) as Own;
  replace(res, 'write', (_own, given) => {
    const { bytes, callback } = pieceOf(given);
    hasBody = true;
    before = before
      .then(() => dribble(ownWrite, bytes))
      .then(() => {
        callback?.();
        res.emit('drain');
      });
    return false;
  });
  replace(res, 'end', (own, given) => {
    const { bytes, callback } = pieceOf(given);
    if (bytes.length > 0 && !hasBody && length() === undefined && !res.headersSent) {
      res.setHeader('Content-Length', bytes.length);
    }
    const isEmpty = bytes.length === 0 && !hasBody;
    before = before
      .then(() => (isEmpty ? sleep((headLength / bytesPerSecond) * 1_000) : dribble(ownWrite, bytes)))
      .then(() => (res.closed ? undefined : own(callback)));
    return res;
  });
}

/** The connection ends behind such an answer: nothing that follows could be read. */
function misstateLength(res: ServerResponse, difference: number): void {
  const wrong = (length: number): number => Math.max(0, length + difference);
  replace(res, 'writeHead', (own, given) => {
    const headers = given.find((one) => typeof one === 'object' && one !== null);
    const name = headers && Object.keys(headers).find((one) => one.toLowerCase() === 'content-length');
    if (!headers || name === undefined) return own(...given);
    const changed = { ...headers, [name]: wrong(Number((headers as Record<string, unknown>)[name])) };
    return own(...given.map((one) => (one === headers ? changed : one)));
  });
  const restate = (length: number | undefined): void => {
    if (!res.headersSent && length !== undefined) res.setHeader('Content-Length', wrong(length));
  };
  const set = (): number | undefined => {
    const header = res.getHeader('content-length');
    return header === undefined ? undefined : Number(header);
  };
  replace(res, 'write', (own, given) => {
    restate(set());
    return own(...given);
  });
  replace(res, 'end', (own, given) => {
    const { bytes } = pieceOf(given);
    restate(set() ?? (bytes.length > 0 ? bytes.length : undefined));
    return own(...given);
  });
  res.once('finish', () => {
    res.req.socket.destroySoon();
  });
}

/** The Content-Length that the answer is given, in whatever way. */
function announced(res: ServerResponse): () => number | undefined {
  let given: number | undefined;
  replace(res, 'writeHead', (own, args) => {
    const headers = args.find((one) => typeof one === 'object' && one !== null) ?? {};
    const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length');
    if (found) given = Number(found[1]);
    return own(...args);
  });
  return () => {
    const length = given ?? res.getHeader('content-length');
    return length === undefined ? undefined : Number(length);
  };
}
