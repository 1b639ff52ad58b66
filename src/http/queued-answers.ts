import type { IncomingMessage, ServerResponse } from 'node:http';

declare module 'net' {
  interface Socket {
    /** Answers to pipelined requests, whose turn to be written has not come. */
    queuedAnswers?: Set<ServerResponse>;
  }
}

/**
 * When a connection ends, Node tells only the answer whose turn it is. Those queued behind it would never be over, and
 * whatever counts them, or feeds them, would wait for ever: so they are closed as Node closes that one.
 */
export function closeWithConnection({ socket }: IncomingMessage, res: ServerResponse): void {
  // It has a socket from the beginning when nothing is before it.
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
