import cluster from 'node:cluster';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { endIllFormedConnection } from './ill-formed';
import { ExtraListeners } from './listeners';
import { ExpressIncomingMessage, ExpressServerResponse } from './messages';
import { limitPipelining } from './pipelining';

/** Bounds of a connection (ms, bytes): a slow or silent client must not hold one for long. */
const limits = {
  // Image data may take any time, as long as bytes arrive.
  requestTimeout: 0,
  inactivity: 120_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
  maxHeadersCount: 200,
};

const minVersion = 'TLSv1.2';

/**
 * The accept queue. Beyond it Linux drops the first packet, and the client retries after one second, two, four: with
 * Node's default of 511 a rush of clients waits longer for a connection than for its answer.
 */
const backlog = 4096;

/** How long a connection without a request may last while the server stops: in a handshake, say. */
const silenceMs = 1_000;

export interface RunningServer {
  readonly port: number;
  /** Uses another certificate for new connections; existing ones continue. No effect without TLS. */
  renew(tls: Tls): void;
  /** Listening sockets; see Listeners. */
  readonly listeners: number;
  /** Finishes requests in flight, accepts no new ones, and ends at the latest after the timeout. */
  drain(timeoutMs: number): Promise<void>;
}

/** PEM: the certificate with its chain, and its key. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/**
 * @param tls null: plain HTTP
 * @param bounds shorter times, for tests
 * @throws the listen error (`EADDRINUSE`, `EACCES`, …), and that of an unusable certificate
 */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
  tls: Tls | null = null,
  bounds: Partial<typeof limits> = {},
): Promise<RunningServer> {
  const { inactivity, maxHeadersCount, ...times } = { ...limits, ...bounds };
  const options = {
    // Some recorded clients send HTTP/1.1 without Host.
    requireHostHeader: false,
    IncomingMessage: ExpressIncomingMessage,
    ServerResponse: ExpressServerResponse,
    ...times,
  };
  const bounded = limitPipelining(listener);
  const secure = tls && createTlsServer({ ...options, ...tls, minVersion }, bounded);
  const server = secure ?? createServer(options, bounded);
  server.on('clientError', endIllFormedConnection);
  server.timeout = inactivity;
  server.maxHeadersCount = maxHeadersCount;
  // Without a listener Node answers every `Expect: 100-continue` itself; the dialect must decide.
  server.on('checkContinue', bounded);
  // Other expectations are ignored.
  server.on('checkExpectation', bounded);
  const connections = connectionsOf(server);
  const listeners = new ExtraListeners(server, cluster.isWorker);
  return {
    port: await listeners.listen({ port, host, backlog }),
    renew: (pair) => secure?.setSecureContext({ ...pair, minVersion }),
    listeners: listeners.count,
    drain: (timeoutMs) => drain(server, listeners, connections, timeoutMs),
  };
}

/** A server's open connections. */
interface Connections {
  readonly sockets: ReadonlySet<Socket>;
  /** Connections with unanswered requests, and how many. */
  readonly busy: ReadonlyMap<Socket, number>;
}

function connectionsOf(server: Server | TlsServer): Connections {
  const sockets = new Set<Socket>();
  const busy = new Map<Socket, number>();
  const add = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // Queued answers to pipelined requests never close: nothing may wait for that.
      busy.delete(socket);
    });
  };
  const count = (socket: Socket, more: 1 | -1): void => {
    const requests = (busy.get(socket) ?? 0) + more;
    if (requests > 0 && sockets.has(socket)) busy.set(socket, requests);
    else busy.delete(socket);
  };
  server.on('connection', add);
  // The same connection again, without the bytes of its handshake.
  server.on('secureConnection', add);
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, ({ socket }: IncomingMessage, res: ServerResponse) => {
      count(socket, 1);
      res.once('close', () => {
        count(socket, -1);
      });
    });
  }
  return { sockets, busy };
}

/** Shared by the two sockets of a TLS connection. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort)}`;
}

/** Node counts a connection without a request yet as busy, also one in the middle of a handshake. */
function endSilent({ sockets, busy }: Connections): void {
  const clients = new Set([...busy.keys()].map(clientOf));
  for (const socket of sockets) if (!clients.has(clientOf(socket))) socket.destroy();
}

async function drain(
  server: Server | TlsServer,
  listeners: ExtraListeners,
  connections: Connections,
  timeoutMs: number,
): Promise<void> {
  // Busy connections are asked to close; idle ones are closed repeatedly, since one that was busy when closing
  // began would otherwise last until its keep-alive ends.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const silent = setTimeout(() => {
    endSilent(connections);
  }, silenceMs);
  const deadline = setTimeout(() => {
    for (const socket of connections.sockets) socket.destroy();
  }, timeoutMs);
  try {
    const closed = listeners.close();
    server.closeIdleConnections();
    await closed;
  } finally {
    clearInterval(idle);
    clearTimeout(silent);
    clearTimeout(deadline);
  }
}
