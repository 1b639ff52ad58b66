import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OmittedData, HeaderList, RecordedRequest } from '../exchange';
import { headerPairs, startRequest } from '../forwarding';
import type { SecretKeys } from './bindings';
import type { ReplayBindings } from './replay-bindings';
import { bytesFromText } from './placeholders';
import { signHeadersAgain } from './signing';

/** What a service answers here. */
export interface ReplayAnswer {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  /** What is longer is not kept. */
  readonly text: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReplayTarget {
  readonly url: URL;
  readonly ca: string | undefined;
  readonly keys: SecretKeys;
}

/** Bytes of an answer that are kept to be compared. */
const keptLength = 16 * 1024 * 1024;
const timeoutMs = 120_000;
const zeros = Buffer.alloc(64 * 1024);

/** These are made anew: by the connection, or by what the request has become. */
const madeAnew =
  /^(?:host|connection|keep-alive|proxy-.+|te|trailer|transfer-encoding|upgrade|expect|accept-encoding|content-length)$/i;

/** Sends a recorded request, with what its placeholders stand for. @throws Error when no whole answer comes */
export async function sendRecordedRequest(
  request: RecordedRequest,
  correspondence: ReplayBindings,
  { url, ca, keys }: ReplayTarget,
): Promise<ReplayAnswer> {
  const target = correspondence.fill(request.target);
  const { content, length } = contentOf(request, correspondence);
  const all: HeaderList = [
    ['Host', url.host],
    ...request.headers
      .filter(([name, value]) => !madeAnew.test(name) && value !== '***')
      .map(([name, value]) => [name, correspondence.fill(value)] as const),
    ...framingOf(request, length),
    ['Connection', 'close'],
  ];
  const { method } = request;
  const body = Buffer.isBuffer(content) ? content : Buffer.alloc(0);
  const headers = signHeadersAgain({ method, target, headers: all, body }, keys, new Date()).flat();
  const path = url.pathname.replace(/\/$/, '') + target;
  const sent = startRequest(url, { method, path, headers, signal: AbortSignal.timeout(timeoutMs) }, ca);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).on('error', reject);
  });
  // It may end early, with an answer; without one `answered` has the fault.
  const pieces = Buffer.isBuffer(content) ? Readable.from(content.length > 0 ? [content] : []) : content;
  pipeline(pieces, sent).catch(() => undefined);
  return read(await answered);
}

function framingOf({ headers }: RecordedRequest, length: number): HeaderList {
  const has = (header: RegExp): boolean => headers.some(([name]) => header.test(name));
  if (has(/^transfer-encoding$/i)) return [['Transfer-Encoding', 'chunked']];
  return length > 0 || has(/^content-length$/i) ? [['Content-Length', String(length)]] : [];
}

function contentOf(
  { body, body_base64, data }: RecordedRequest,
  correspondence: ReplayBindings,
): { readonly content: Buffer | Readable; readonly length: number } {
  if (body_base64 !== undefined) return whole(Buffer.from(body_base64, 'base64'));
  if (data) return { content: Readable.from(zerosOf(data.bytes)), length: data.bytes };
  return whole(bytesFromText(correspondence.fill(body ?? '')));
}

function whole(content: Buffer): { content: Buffer; length: number } {
  return { content, length: content.length };
}

function* zerosOf(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= zeros.length)
    yield left < zeros.length ? zeros.subarray(0, left) : zeros;
}

/** The digests of what is sent in place of data that was not kept. */
export function substituteDigests(bytes: number): Required<Omit<OmittedData, 'bytes'>> {
  const hashes = { md5: createHash('md5'), sha256: createHash('sha256'), sha512: createHash('sha512') };
  for (const piece of zerosOf(bytes)) for (const each of Object.values(hashes)) each.update(piece);
  const { md5, sha256, sha512 } = hashes;
  return { md5: md5.digest('hex'), sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
}

async function read(answer: IncomingMessage): Promise<ReplayAnswer> {
  const digest = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    digest.update(chunk);
    bytes += chunk.length;
    if (bytes <= keptLength) kept.push(chunk);
  }
  return {
    version: `HTTP/${answer.httpVersion}`,
    status: answer.statusCode ?? 0,
    reason: answer.statusMessage ?? '',
    headers: headerPairs(answer.rawHeaders),
    text: Buffer.concat(kept).toString('utf8'),
    bytes,
    sha256: digest.digest('hex'),
  };
}
