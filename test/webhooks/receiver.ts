import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly data: { readonly image: string; readonly revision: number; readonly tags: readonly string[] };
  };
}

export type Reaction = (res: ServerResponse, seen: Received, req: IncomingMessage) => void;

/** A server that keeps what it receives, and counts how many requests it has open at once. */
export class Receiver {
  readonly seen: Received[] = [];
  mostOpen = 0;
  reaction: Reaction = (res) => res.writeHead(204).end();
  private open = 0;
  private readonly server = createServer((req, res) => {
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    res.on('close', () => this.open--);
    const pieces: Buffer[] = [];
    req.on('data', (piece: Buffer) => pieces.push(piece));
    req.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const received = { headers: req.headers, body, event: JSON.parse(body) as Received['event'] };
      this.seen.push(received);
      this.reaction(res, received, req);
    });
  });

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}/hook`;
  }

  get revisions(): number[] {
    return this.seen.map(({ event }) => event.data.revision);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Until it holds. @throws Error after some seconds */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 15): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not happen in ${String(seconds)} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
