import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JournalEntry, OriginalRequest } from './journal';

declare module 'http' {
  interface IncomingMessage {
    /** The entry of the journal that it repeats, and who waits for its own. */
    replay?: { readonly of: number; readonly recorded: (entry: JournalEntry) => void };
  }
}

/** Sends a request of the journal again. @returns the entry of the new one */
export type Replay = (of: number, original: OriginalRequest) => Promise<JournalEntry>;

/** Its body was a stream, or is too long ago. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
  readonly refusal = { kind: 'not-replayable' };
}

/** Longer than any injected delay; then the connection is cut, as a client would. */
const timeoutMs = 65_000;

/** These belong to the connection, not to the request. */
const dropped = new Set(['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding']);

/** Over a connection of its own, so that the gateway treats it as it does any other. @param listener of the gateway */
export async function replayRequest(
  listener: RequestListener,
  of: number,
  original: OriginalRequest,
): Promise<JournalEntry> {
  let recorded: (entry: JournalEntry) => void = () => undefined;
  const entry = new Promise<JournalEntry>((resolve) => (recorded = resolve));
  const server = createServer({ requireHostHeader: false }, (req, res) => {
    req.replay = { of, recorded };
    listener(req, res);
  });
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    send(server, original);
    return await entry;
  } finally {
    server.close();
  }
}

function send(server: Server, { method, target, headers, body }: OriginalRequest): void {
  const { port } = server.address() as AddressInfo;
  const kept = headers.flatMap((name, index) =>
    index % 2 === 0 && !dropped.has(name.toLowerCase()) ? [name, headers[index + 1] ?? ''] : [],
  );
  const length = body.length > 0 ? ['Content-Length', String(body.length)] : [];
  const sent = request({
    ...{ host: '127.0.0.1', port, method, path: target },
    headers: [...kept, ...length, 'Connection', 'close'],
    signal: AbortSignal.timeout(timeoutMs),
  });
  sent.on('response', (answer) => answer.on('error', () => undefined).resume());
  // A fault may cut the connection; the entry says so.
  sent.on('error', () => undefined);
  sent.end(body);
}
