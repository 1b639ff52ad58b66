import type { Worker } from 'node:cluster';

/** What the primary sends a worker with a new connection, and the worker's word that it has it (Node's own). */
interface ClusterMessage {
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
  readonly accepted?: unknown;
}

interface Handle {
  close(): void;
}

type Send = (message: ClusterMessage, handle?: Handle, ...more: unknown[]) => boolean;

/**
 * The primary hands each worker one connection at a time and keeps it open until the worker says that it has
 * it. When a worker is killed before that, Node forgets the connection without closing it, and its client
 * would wait for ever for an answer. So it is closed here, and the client can try again. That it has ended may be
 * heard before the last that it said; until then it is given connections.
 */
export function closeUnclaimed(worker: Worker): void {
  const child = worker.process as unknown as { send: Send; on: NodeJS.EventEmitter['on'] };
  const send = child.send.bind(child);
  let unclaimed: { readonly seq: unknown; readonly handle: Handle | undefined } | undefined;
  child.send = (message, handle, ...more) => {
    if (message.act === 'newconn') unclaimed = { seq: message.seq, handle };
    return send(message, handle, ...more);
  };
  const close = (): void => {
    unclaimed?.handle?.close();
    unclaimed = undefined;
  };
  child.on('internalMessage', (message: ClusterMessage) => {
    // The next connection may be under way already: Node hears the word before this listener.
    if (message.ack === unclaimed?.seq && message.accepted !== undefined) unclaimed = undefined;
  });
  worker.once('exit', close);
  worker.once('disconnect', close);
}
