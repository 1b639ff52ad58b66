import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyBudgets, smallBodyBytes } from './body-budget';
import './context';
import { HttpFault } from './errors';

/** A body of these sizes that takes longer (ms) is stalled. */
const bodyTimeoutMs = 30_000;

/** The declared length in bytes; undefined: chunked. */
export function announcedLength({ headers }: IncomingMessage): number | undefined {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}

/**
 * Reads a body into memory, within the budgets, and refuses it as soon as it is known to be too long.
 * @param begin called when the client may send
 * @throws HttpFault body-too-large, body-encoding, body-cut-off, rate-limited
 */
export async function readWholeBody(
  req: IncomingMessage,
  res: ServerResponse,
  limit: number,
  begin: () => void,
): Promise<Buffer> {
  const announced = announcedLength(req);
  if (announced !== undefined && announced > limit) throw new HttpFault({ kind: 'body-too-large', limit });
  const encoding = req.headers['content-encoding']?.toLowerCase() ?? 'identity';
  // No decompression: no client needs it, and it invites bombs.
  if (encoding !== 'identity') throw new HttpFault({ kind: 'body-encoding', encoding });
  const expected = announced ?? limit;
  if (req.caller === undefined && expected > smallBodyBytes) {
    const leave = await bodyBudgets.unknownLarge.enter(expected);
    if (res.closed) leave();
    else res.once('close', leave);
  }
  begin();
  return collect(req, res, limit);
}

async function collect(req: IncomingMessage, res: ServerResponse, limit: number): Promise<Buffer> {
  const isKnown = req.caller !== undefined;
  const pieces: Buffer[] = [];
  let length = 0;
  let isOver = false;
  let refuse: () => void = () => undefined;
  const place = (isKnown ? bodyBudgets.known : bodyBudgets.unknown).begin(() => {
    refuse();
  });
  res.once('close', place.release);
  try {
    await new Promise<void>((resolve, reject) => {
      refuse = () => {
        reject(new HttpFault({ kind: 'rate-limited', seconds: 1 }));
      };
      listenTo(req, resolve, reject, (piece) => {
        length += piece.length;
        if (isOver) throw new HttpFault({ kind: 'body-cut-off' });
        if (length > limit) throw new HttpFault({ kind: 'body-too-large', limit });
        pieces.push(piece);
        // Bytes that waited for room are not counted twice.
        if (isKnown || length <= smallBodyBytes) place.add(piece.length);
      });
    });
  } catch (error) {
    isOver = true;
    pieces.length = 0;
    place.release();
    throw error;
  }
  place.whole();
  return Buffer.concat(pieces, length);
}

/** Listens to a body until its end, the end of its connection, or an error of `take`. */
function listenTo(
  req: IncomingMessage,
  resolve: () => void,
  reject: (fault: unknown) => void,
  take: (piece: Buffer) => void,
): void {
  const stop = (): void => {
    clearTimeout(late);
    req.off('data', onData).off('end', end).off('error', cutOff).off('close', cutOff);
  };
  const onData = (piece: Buffer): void => {
    try {
      take(piece);
    } catch (error) {
      stop();
      reject(error);
    }
  };
  const end = (): void => {
    stop();
    resolve();
  };
  const cutOff = (): void => {
    stop();
    reject(new HttpFault({ kind: 'body-cut-off' }));
  };
  const late = setTimeout(cutOff, bodyTimeoutMs);
  req.on('data', onData).once('end', end).once('error', cutOff).once('close', cutOff);
}
