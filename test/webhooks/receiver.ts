import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

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

const tlsFolder = join(__dirname, '../support/tls');
const ofTests = (name: string): Buffer => readFileSync(join(tlsFolder, name));
export const caOfTests = join(tlsFolder, 'ca.pem');

/** A server that keeps what it receives, and counts how many requests it has open at once. */
export class Receiver {
  readonly seen: Received[] = [];
  mostOpen = 0;
  reaction: Reaction = (res) => res.writeHead(204).end();
  private open = 0;
  private readonly server: Server;

  /** @param isSecure with a certificate of the authority in `caOfTests` */
  constructor(private readonly isSecure = false) {
    const listener: RequestListener = (req, res) => {
      this.take(req, res);
    };
    this.server = isSecure
      ? createSecureServer({ key: ofTests('server.key'), cert: ofTests('server.pem') }, listener)
      : createServer(listener);
  }

  private take(req: IncomingMessage, res: ServerResponse): void {
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
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http${this.isSecure ? 's' : ''}://127.0.0.1:${String(this.port)}/hook`;
  }

  get revisions(): number[] {
    return this.seen.map(({ event }) => event.data.revision);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
