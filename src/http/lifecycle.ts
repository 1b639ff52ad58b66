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
import { endIllFormed } from './ill-formed';
import { Listeners } from './listeners';
import { boundPipelines } from './pipelining';

/** Bounds of a connection (ms, bytes): a slow or silent client must not hold one for long. */
const limits = {
  // Image data take as long as they take, as long as something moves.
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
 * Connections that wait to be taken. Of what comes on top Linux drops the first packet, and the client asks again after
 * one second, two, four: with Node's own 511 a rush of clients waits longer for a connection than for its answer.
 */
const backlog = 4096;

/** How long a connection without a request may go on while the server ends: in a handshake, say. */
const silenceMs = 1_000;

export interface RunningServer {
  readonly port: number;
  /** Takes another certificate for connections from now on; those that are there go on. Nothing without TLS. */
  renew(tls: Tls): void;
  /** Listening sockets; see Listeners. */
  readonly listeners: number;
  /** Lets requests under way finish, takes no new ones, and is done at the latest after the timeout. */
  drain(timeoutMs: number): Promise<void>;
}

/** PEM: the certificate with its chain, and its key. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/**
 * @param tls null: plain HTTP
 * @param bounds other times than the usual ones, for tests that do not want to wait for them
 * @throws the listen error (`EADDRINUSE`, `EACCES`, …), and that of a certificate that cannot be used
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
    // Recorded clients send HTTP/1.1 without Host, and are answered.
    requireHostHeader: false,
    ...times,
  };
  const bounded = boundPipelines(listener);
  const secure = tls && createTlsServer({ ...options, ...tls, minVersion }, bounded);
  const server = secure ?? createServer(options, bounded);
  server.on('clientError', endIllFormed);
  server.timeout = inactivity;
  server.maxHeadersCount = maxHeadersCount;
  // Without a listener Node answers every `Expect: 100-continue` itself; the dialect decides instead.
  server.on('checkContinue', bounded);
  // Other expectations are no expectations: such a request is answered as any other.
  server.on('checkExpectation', bounded);
  const connections = connectionsOf(server);
  const listeners = new Listeners(server, cluster.isWorker);
  return {
    port: await listeners.listen({ port, host, backlog }),
    renew: (pair) => secure?.setSecureContext({ ...pair, minVersion }),
    listeners: listeners.count,
    drain: (timeoutMs) => drain(server, listeners, connections, timeoutMs),
  };
}

/** What a server has open. */
interface Connections {
  readonly sockets: ReadonlySet<Socket>;
  /** Those with requests that have no answer yet, and how many. */
  readonly busy: ReadonlyMap<Socket, number>;
}

function connectionsOf(server: Server | TlsServer): Connections {
  const sockets = new Set<Socket>();
  const busy = new Map<Socket, number>();
  const add = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // Answers to pipelined requests whose turn never came do not close: nothing may wait for that.
      busy.delete(socket);
    });
  };
  const count = (socket: Socket, more: 1 | -1): void => {
    const requests = (busy.get(socket) ?? 0) + more;
    if (requests > 0 && sockets.has(socket)) busy.set(socket, requests);
    else busy.delete(socket);
  };
  server.on('connection', add);
  // The same connection once more, without the bytes of its handshake.
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

/** The two sockets of one connection of TLS have this in common. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort)}`;
}

/** To Node a connection that has not asked anything yet is a busy one, and one with half a handshake even more so. */
function endSilent({ sockets, busy }: Connections): void {
  const clients = new Set([...busy.keys()].map(clientOf));
  for (const socket of sockets) if (!clients.has(clientOf(socket))) socket.destroy();
}

async function drain(
  server: Server | TlsServer,
  listeners: Listeners,
  connections: Connections,
  timeoutMs: number,
): Promise<void> {
  // What is under way is asked to close; what idles is closed, again and again, since a connection that was
  // busy when closing began would otherwise be waited for until its keep-alive ends.
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
