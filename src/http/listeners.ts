import { createServer, type ListenOptions, type Server } from 'node:net';

/**
 * Listening sockets for one port. libuv takes one connection from a listening socket in each turn of the event loop (its
 * pull request 3696), and under load a turn takes tens of milliseconds: of 200 clients that came at once, at turns of
 * 5 ms, the last was taken after 1.9 s with one socket and after 0.3 s with 31.
 */
const sockets = 31;

/** Whether Node has `reusePort`, and the system shares connections out among the sockets of a port. */
const canReusePort = process.platform === 'linux' && isAtLeast(process.versions.node, 22, 12);

export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [hasMajor = 0, hasMinor = 0] = version.split('.').map(Number);
  // Node 23.0 is older than 22.12 in this: it has not got it either.
  if (hasMajor === 23) return hasMinor >= 1;
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}

/**
 * Further listening sockets for a server's port, where Node has them. A worker shares the primary's socket, so that no
 * connection is lost with the worker that it waits for; it goes without.
 */
export class Listeners {
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
    // A connection of TLS that stays half open never ends: HTTP has it so, and HTTPS has not.
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

  /** Takes no more; done when the connections that were taken have ended. */
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
