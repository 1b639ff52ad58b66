import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';

/** Descriptors of the listening socket beside the server's own. Measured: a lone new connection costs 0.1 ms more with them, one of many less. */
const number = 31;

interface Handle {
  close(): void;
}

/** Sends back every handle that it is sent, and ends after the last. */
const mirror =
  "process.on('message', (left, handle) => process.send(left, handle, () => left || process.disconnect()))";

/**
 * Further takers of a server's connections. libuv takes one connection from a listening socket in each turn of the event
 * loop (its pull request 3696), and under load a turn takes tens of milliseconds: of 500 clients that came at once, at
 * turns of 20 ms, the last had waited 11 s before anybody knew of it. It takes one for each descriptor of the socket,
 * and the only way in Node to have several is to send the handle to another process, and back.
 */
export class Acceptors {
  private readonly servers: Server[] = [];
  private mirroring: ChildProcess | undefined;
  private closed = false;

  constructor(
    private readonly server: Server,
    private readonly backlog: number,
  ) {}

  /**
   * Begins to take more. A worker of a cluster does not listen itself, and goes without; so does a gateway that may start
   * no process.
   * @returns how many there are
   */
  async begin(): Promise<number> {
    const { _handle: handle } = this.server as Server & { _handle?: { readonly fd?: number } };
    if (typeof handle?.fd !== 'number') return 0;
    const child = startMirror();
    if (!child) return 0;
    this.mirroring = child;
    child.on('message', (_left, received) => {
      this.take(received as Handle);
    });
    // Not the server itself: the other process would listen, and take connections that nobody there answers.
    for (let left = number - 1; left >= 0; left--) child.send(left, handle as Server, () => undefined);
    await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
    return this.servers.length;
  }

  /** Takes no more; done when the connections that were taken have ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.mirroring?.kill();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private take(handle: Handle): void {
    if (this.closed) {
      // As long as one is open the system takes connections, which nobody answers.
      handle.close();
      return;
    }
    // A connection of TLS that stays half open never ends: HTTP has it so, and HTTPS has not.
    const { allowHalfOpen = false } = this.server as Server & { readonly allowHalfOpen?: boolean };
    const taker = createServer({ allowHalfOpen, noDelay: true });
    taker.on('connection', (socket) => this.server.emit('connection', socket));
    taker.on('error', () => undefined);
    // To listen anew with a smaller number would shorten the line for all.
    taker.listen(handle, this.backlog);
    this.servers.push(taker);
  }
}

/** undefined: it cannot be started. Some reasons are thrown, others told as an event, and without a descriptor left it has no channel. */
function startMirror(): ChildProcess | undefined {
  try {
    const child = spawn(process.execPath, ['-e', mirror], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('error', () => undefined);
    return child.channel ? child : undefined;
  } catch {
    return undefined;
  }
}
