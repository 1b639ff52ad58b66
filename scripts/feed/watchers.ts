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

interface WatchOptions {
  readonly connections: number;
  /** with its question mark */
  readonly query?: string;
  /** `gzip` or nothing */
  readonly encoding?: string;
}

/** One of so many reads the moments of its events. */
const timedOf = 10;

/** One of so many is read at all where the rest is thrown away. */
const readOf = 50;

/** Streams of the project's changes, read by another process, which counts the events of all of them. */
export function watch(gateway: BenchGateway, { connections, ...of }: WatchOptions): Promise<Watchers> {
  return readBy(nodeReaders, gateway, [connections, timedOf], of);
}

/**
 * Most of the streams are thrown away in the kernel: readers are on other machines, and reading so many here takes as
 * much time as sending. One of fifty is read. Needs Python.
 */
export async function watchFromAfar(
  gateway: BenchGateway,
  { connections, ...of }: WatchOptions,
): Promise<Watchers> {
  const read = Math.ceil(connections / readOf);
  const near = await readBy(nodeReaders, gateway, [read, 1], of);
  if (read === connections) return near;
  const far = await readBy(discarding, gateway, [connections - read], of);
  return {
    report: async () => {
      const [seen, discarded] = await Promise.all([near.report(), far.report()]);
      const { least = 0 } = discarded as { least?: number };
      if (least < (0.8 * seen.bytes) / read) throw new Error('a stream that is thrown away is behind');
      const sum = (of: 'bytes' | 'lost' | 'cpu'): number => seen[of] + discarded[of];
      return { ...seen, bytes: sum('bytes'), lost: sum('lost'), cpu: sum('cpu') };
    },
    stop: () => {
      near.stop();
      far.stop();
    },
  };
}

const nodeReaders = [process.execPath, '--import', 'tsx', join(__dirname, 'watcher-process.ts')];
const discarding = ['python3', join(__dirname, 'discarding-readers.py')];

async function readBy(
  [program = '', ...first]: readonly string[],
  { url, token }: BenchGateway,
  numbers: readonly number[],
  { query = '', encoding = '' }: Omit<WatchOptions, 'connections'>,
): Promise<Watchers> {
  const args = [new URL(url).port, `${changesPath}${query}`, token, ...numbers.map(String), encoding];
  const child = spawn(program, [...first, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
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
