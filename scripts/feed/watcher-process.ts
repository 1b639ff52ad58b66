import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createGunzip } from 'node:zlib';

/*
 * Watchers of a feed in a process of their own, on plain sockets. Arguments: port, path, token, connections, of how many one
 * reads the moments of its events, `gzip` for compressed streams. A line on its input makes it report what it has seen since
 * the line before. The others count their events (of compressed streams: bytes alone), since this process takes time from
 * the gateway on the same machine.
 */
const [port = '', path = '', token = '', connections = '', timedOf = '', encoding = ''] =
  process.argv.slice(2);

/** Microseconds after 1970 of the event's moment are not needed: its change was stamped before the commit. */
const mark = '"time":"';
let latencies: number[] = [];
let counted = 0;
let bytes = 0;
let lost = 0;
let cpu = process.cpuUsage();

const headers = {
  'X-Auth-Token': token,
  Accept: 'text/event-stream',
  ...(encoding !== '' && { 'Accept-Encoding': encoding }),
};
const lines = Object.entries({ Host: 'bench', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
const head = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;

/** One for all: each chunk is looked at before the next is read. Buffers of their own cost more than all the rest. */
const buffer = Buffer.alloc(256 * 1024);

function open(index: number): Promise<unknown> {
  const isTimed = index % Number(timedOf) === 0;
  if (encoding !== '') return isTimed ? openUnzipped() : openPlain(() => undefined);
  return openPlain(isTimed ? timer() : counter());
}

function openUnzipped(): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      if (answer.headers['content-encoding'] !== encoding) reject(new Error('it is not compressed'));
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('close', () => lost++);
      answer.pipe(createGunzip()).on('data', timer());
      resolve();
    });
    asked.on('error', reject).end();
  });
}

function openPlain(see: (chunk: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (length: number): boolean => {
      see(buffer.subarray(0, length));
      bytes += length;
      resolve(socket);
      return true;
    };
    const place = { port: Number(port), host: '127.0.0.1', onread: { buffer, callback } };
    const socket = connect(place, () => socket.write(head));
    socket.on('error', reject);
    socket.on('close', () => lost++);
  });
}

function timer(): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    rest = take(rest + chunk.toString('latin1'));
  };
}

function counter(): (chunk: Buffer) => void {
  let tail = '';
  return (chunk) => {
    if ((tail + chunk.toString('latin1', 0, mark.length - 1)).includes(mark)) counted++;
    for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + mark.length)) counted++;
    tail = chunk.toString('latin1', Math.max(0, chunk.length - mark.length + 1));
  };
}

/** @returns what may be the beginning of another moment */
function take(text: string): string {
  const now = Date.now();
  let from = 0;
  for (let at = text.indexOf(mark); at >= 0 && at + 40 < text.length; at = text.indexOf(mark, from)) {
    from = at + mark.length;
    latencies.push(now - Date.parse(text.slice(from, text.indexOf('"', from))));
  }
  return text.slice(Math.max(from, text.length - 60));
}

function report(): void {
  const sorted = Float64Array.from(latencies).sort();
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? 0;
  const events = sorted.length + counted;
  const { user, system } = process.cpuUsage(cpu);
  const found = {
    events,
    bytes,
    p50: at(0.5),
    p99: at(0.99),
    most: sorted.at(-1) ?? 0,
    lost,
    cpu: user + system,
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  latencies = [];
  counted = 0;
  bytes = 0;
  cpu = process.cpuUsage();
}

async function main(): Promise<void> {
  for (let opened = 0; opened < Number(connections); opened += 50) {
    const some = Math.min(50, Number(connections) - opened);
    await Promise.all(Array.from({ length: some }, (_, index) => open(opened + index)));
  }
  process.stdout.write('watching\n');
  process.stdin.on('data', report);
}

void main();
