import { existsSync, readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange } from '../../src/recording/exchange';
import { RecordingProxy } from '../../src/recording/proxy';
import { RecordingFile, readRecording } from '../../src/recording/recording-file';
import { Upstreams } from '../../src/recording/upstreams';

const open: (() => Promise<void> | void)[] = [];

/** Ends all that a test has opened. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export interface Proxied {
  readonly url: string;
  readonly port: number;
  readonly path: string;
  /** The recording so far, as text. */
  readonly text: () => string;
  /** Waits for so many exchanges. */
  readonly exchanges: (count: number) => Promise<readonly Exchange[]>;
  readonly stop: () => Promise<void>;
}

export interface ProxiedOptions {
  readonly identity?: string;
  readonly maxBody?: number;
  readonly keepData?: boolean;
}

/** A proxy that records into a file, in this process. */
export async function recordBefore(upstream: string, options: ProxiedOptions = {}): Promise<Proxied> {
  const { identity, maxBody = 1024 * 1024, keepData = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tagway-recording-'));
  const path = join(folder, 'recording.jsonl');
  const file = RecordingFile.create(path);
  const upstreams = new Upstreams(upstream, identity);
  const settings = { upstreams, host: '127.0.0.1', port: 0, ca: undefined, maxBody, keepData };
  const proxy = new RecordingProxy(settings, (exchange) => {
    file.append(exchange);
  });
  const url = await proxy.listen();
  open.push(async () => {
    await proxy.close();
    file.close();
    rmSync(folder, { recursive: true });
  });
  return {
    url,
    port: Number(new URL(url).port),
    path,
    text: () => (existsSync(path) ? readFileSync(path, 'utf8') : ''),
    exchanges: async (count) => {
      for (let tries = 0; tries < 500; tries++) {
        const found = await readRecording(path);
        if (found.length >= count) return found;
        await new Promise((go) => setTimeout(go, 10));
      }
      throw new Error(`there are not ${String(count)} exchanges: ${readFileSync(path, 'utf8')}`);
    },
    stop: () => proxy.close(),
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A well-behaved service. @returns its URL */
export async function startService(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return listening(server);
}

/** One that says what it likes, once the head of a request has come. @returns its URL */
export async function startRawService(talk: (socket: Socket, head: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let heard = '';
    const listen = (data: Buffer): void => {
      heard += data.toString('latin1');
      if (!heard.includes('\r\n\r\n')) return;
      socket.off('data', listen);
      talk(socket, heard);
    };
    socket.on('data', listen);
  });
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listening(server);
}
