import { createServer, type ListenOptions, type Server } from 'node:net';

/**
 * Listening sockets for one port. libuv accepts one connection per listening socket in each iteration of the event loop
 * (its pull request 3696), and under load one takes tens of milliseconds: of 200 simultaneous clients, at iterations
 * of 5 ms, the last was accepted after 1.9 s with one socket and after 0.3 s with 31.
 */
const sockets = 31;

/** Whether Node has `reusePort`, and the system distributes connections among the sockets of a port. */
const canReusePort = process.platform === 'linux' && isVersionAtLeast(process.versions.node, 22, 12);

export function isVersionAtLeast(version: string, major: number, minor: number): boolean {
  const [hasMajor = 0, hasMinor = 0] = version.split('.').map(Number);
  // Node 23.0 predates 22.12, and lacks it, too.
  if (hasMajor === 23) return hasMinor >= 1;
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}

/**
 * Further listening sockets for a server's port, if Node supports them. Not for workers: they share the primary's
 * socket, so that no connection is lost with a worker.
 */
export class ExtraListeners {
  private readonly servers: Server[] = [];

  constructor(
    private readonly server: Server,
    private readonly isWorker: boolean,
  ) {}

  /** @returns the port @throws the listen error (`EADDRINUSE`, `EACCES`, …) */
  async listen(options: ListenOptions): Promise<number> {
    if (!canReusePort || this.isWorker) return listenOn(this.server, options);
    const shared = { ...options, reusePort: true };
    const port = await listenOn(this.server, shared);
    // HTTP allows half-open connections, HTTPS does not: over TLS they would never end.
    const { allowHalfOpen = false } = this.server as Server & { readonly allowHalfOpen?: boolean };
    for (let number = 1; number < sockets; number++) {
      const taker = createServer({ allowHalfOpen, noDelay: true });
      taker.on('connection', (socket) => this.server.emit('connection', socket));
      await listenOn(taker, { ...shared, port });
      this.servers.push(taker);
    }
    return port;
  }

  get count(): number {
    return this.servers.length + 1;
  }

  /** Accepts no more; done when the accepted connections have ended. */
  async close(): Promise<void> {
    await Promise.all([this.server, ...this.servers].map((one) => new Promise((end) => one.close(end))));
  }
}

function listenOn(server: Server, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
