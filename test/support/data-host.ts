import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server with data, on loopback. */
export interface DataHost {
  readonly port: number;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param answers by path; others are 404 */
export async function startDataHost(answers: Readonly<Record<string, RequestListener>>): Promise<DataHost> {
  const asked: string[] = [];
  const server: Server = createServer((req, res) => {
    const path = req.url ?? '';
    asked.push(path);
    const answer = answers[path];
    if (answer) answer(req, res);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

export function bytes(data: Buffer): RequestListener {
  return (_req, res) => {
    res.writeHead(200, { 'Content-Length': data.length }).end(data);
  };
}

export function redirect(location: string): RequestListener {
  return (_req, res) => {
    res.writeHead(302, { Location: location }).end();
  };
}
