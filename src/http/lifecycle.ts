import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Acceptors } from './acceptors';
import { endIllFormed } from './ill-formed';
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

/** How long a new connection may say nothing (ms) while the server ends. */
const silence = 1_000;

export interface RunningServer {
  readonly port: number;
  /** Takes another certificate for connections from now on; those that are there go on. Nothing without TLS. */
  renew(tls: Tls): void;
  /** Takes connections faster from now on. For the gateway's own process; it costs one more process for a moment. */
  acceptMore(): Promise<number>;
  /** Lets requests under way finish, takes no new ones, and is done at the latest after `patience` ms. */
  drain(patience: number): Promise<void>;
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
    // Glance takes HTTP/1.1 without Host, and clients of the recorded kind send it so.
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
  // Other expectations are no expectations: Glance answers such a request as any other.
  server.on('checkExpectation', bounded);
  const sockets = socketsOf(server);
  const acceptors = new Acceptors(server, backlog);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    renew: (pair) => secure?.setSecureContext({ ...pair, minVersion }),
    acceptMore: () => acceptors.begin(),
    drain: (patience) => drain(server, acceptors, sockets, patience),
  };
}

/** Its open connections. */
function socketsOf(server: Server | TlsServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const add = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', add);
  // The same connection once more, without the bytes of its handshake.
  server.on('secureConnection', add);
  return sockets;
}

async function drain(
  server: Server | TlsServer,
  acceptors: Acceptors,
  sockets: ReadonlySet<Socket>,
  patience: number,
): Promise<void> {
  // What is under way is told to close; what idles is closed, again and again, since a connection that was
  // busy when closing began would otherwise be waited for until its keep-alive ends.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  // To Node a connection that has not asked anything yet is a busy one.
  const silent = setTimeout(() => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, silence);
  const deadline = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, patience);
  try {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.all([closed, acceptors.close()]);
  } finally {
    clearInterval(idle);
    clearTimeout(silent);
    clearTimeout(deadline);
  }
}
