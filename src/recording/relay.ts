import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { endToEndHeaders, headerPairs } from './forwarding';

/** Bytes of an answer of JSON that are looked through for the service's address; a longer one is passed on as it is. */
const searched = 1024 * 1024;

export interface RelayOptions {
  readonly answer: IncomingMessage;
  readonly res: ServerResponse;
  readonly receives: (chunk: Buffer) => void;
  /** Puts the proxy's address in place of the service's, so that clients come back. */
  readonly readdress: (text: string) => string;
}

/** Passes an answer on while it comes. @throws Error when it ends too early, or the client goes away */
export async function relayAnswer({ answer, res, receives, readdress }: RelayOptions): Promise<void> {
  const chunks = passing(answer, receives);
  const isSearched = /json/i.test(answer.headers['content-type'] ?? '');
  const begun = isSearched ? await beginning(chunks) : { bytes: Buffer.alloc(0), isWhole: false };
  const text = begun.isWhole ? begun.bytes.toString('latin1') : '';
  const changed = readdress(text);
  const body = changed === text ? begun.bytes : Buffer.from(changed, 'latin1');
  const length = changed === text ? null : String(body.length);
  const headers = endToEndHeaders(headerPairs(answer.rawHeaders)).flatMap(([name, value]) => [
    name,
    length !== null && name.toLowerCase() === 'content-length' ? length : readdress(value),
  ]);
  res.sendDate = false;
  res.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  res.flushHeaders();
  await pipeline(async function* () {
    if (body.length > 0) yield body;
    if (begun.fault) {
      // What was written leaves first: the fault ends the connection.
      await new Promise((go) => setImmediate(go));
      throw begun.fault;
    }
    yield* chunks;
  }, res);
}

async function* passing(
  answer: IncomingMessage,
  receives: (chunk: Buffer) => void,
): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    receives(chunk);
    yield chunk;
  }
  return undefined;
}

interface Beginning {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  /** Why there is no more. */
  readonly fault?: Error;
}

async function beginning(chunks: AsyncIterator<Buffer, undefined>): Promise<Beginning> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    while (bytes <= searched) {
      const { done, value } = await chunks.next();
      if (done === true) return { bytes: Buffer.concat(pieces), isWhole: true };
      pieces.push(value);
      bytes += value.length;
    }
    return { bytes: Buffer.concat(pieces), isWhole: false };
  } catch (error) {
    return { bytes: Buffer.concat(pieces), isWhole: false, fault: error as Error };
  }
}
