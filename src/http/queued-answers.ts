import type { IncomingMessage, ServerResponse } from 'node:http';

declare module 'net' {
  interface Socket {
    /** Answers to pipelined requests that wait to be written. */
    queuedAnswers?: Set<ServerResponse>;
  }
}

/**
 * When a connection ends, Node closes only the answer being written. Those queued behind it would never end, and
 * what counts or feeds them would wait forever: so this closes them as Node closes that one.
 */
export function closeWithConnection({ socket }: IncomingMessage, res: ServerResponse): void {
  // The first in the queue has a socket from the start.
  if (res.socket) return;
  const queued = (socket.queuedAnswers ??= queueOf(socket));
  queued.add(res);
  res.once('socket', () => queued.delete(res));
}

function queueOf(socket: IncomingMessage['socket']): Set<ServerResponse> {
  const queued = new Set<ServerResponse>();
  socket.once('close', () => {
    for (const res of queued) res.destroy().emit('close');
  });
  return queued;
}
