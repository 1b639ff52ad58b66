import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchGateway } from '../bench/gateway';
import { people } from '../bench/site';

export interface Seen {
  readonly events: number;
  /** ms from the change's moment, which is before its commit, to the event */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** as they came, of all connections */
  readonly bytes: number;
  /** connections that ended */
  readonly lost: number;
  /** microseconds that reading took */
  readonly cpu: number;
}

export interface Watchers {
  /** Since the last report. */
  report(): Promise<Seen>;
  stop(): void;
}

export const changesPath = `/tags/v1/projects/${people.project}/changes`;

/**
 * Streams of the project's changes, read by another process.
 * @param encoding `gzip`: only every tenth counts its events
 */
export async function watch(
  { url, token }: BenchGateway,
  connections: number,
  query = '',
  encoding = '',
): Promise<Watchers> {
  const args = [new URL(url).port, `${changesPath}${query}`, token, String(connections), encoding];
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'watcher-process.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  await once(lines, 'line');
  return {
    report: async () => {
      child.stdin.write('\n');
      const [line] = (await once(lines, 'line')) as [string];
      return JSON.parse(line) as Seen;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** A watcher that reads nothing any more. @returns how to end it */
export async function slowWatcher({ url, token }: BenchGateway): Promise<() => void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `GET ${changesPath} HTTP/1.1\r\nHost: bench\r\nX-Auth-Token: ${token}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  await once(socket, 'readable');
  return () => socket.destroy();
}
