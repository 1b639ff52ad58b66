import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Bounds of a connection (ms, bytes): a slow or silent client must not hold one for long. */
const limits = {
  requestTimeout: 0,
  headersTimeout: 10_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
  maxHeadersCount: 200,
};

export interface RunningServer {
  readonly port: number;
  /** Lets requests under way finish, takes no new ones, and is done at the latest after `patience` ms. */
  drain(patience: number): Promise<void>;
}

/** @throws the listen error (`EADDRINUSE`, `EACCES`, …) */
export async function listen(listener: RequestListener, host: string, port: number): Promise<RunningServer> {
  const server = createServer(
    {
      // Glance takes HTTP/1.1 without Host, and clients of the recorded kind send it so.
      requireHostHeader: false,
      requestTimeout: limits.requestTimeout,
      headersTimeout: limits.headersTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      connectionsCheckingInterval: limits.connectionsCheckingInterval,
      maxHeaderSize: limits.maxHeaderSize,
    },
    listener,
  );
  server.maxHeadersCount = limits.maxHeadersCount;
  // Without a listener Node answers every `Expect: 100-continue` itself; the dialect decides instead.
  server.on('checkContinue', listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, drain: (patience) => drain(server, patience) };
}

async function drain(server: Server, patience: number): Promise<void> {
  // What is under way is told to close; what idles is closed, again and again, since a connection that was
  // busy when closing began would otherwise be waited for until its keep-alive ends.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  server.on('connection', (socket: Socket) => socket.destroy());
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, patience);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeIdleConnections();
    });
  } finally {
    clearInterval(idle);
    clearTimeout(deadline);
  }
}
