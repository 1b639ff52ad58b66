import { connect, type Socket } from 'node:net';

/*
 * Watchers of a feed in a process of their own, on plain sockets. Arguments: port, path, token, connections.
 * A line on its input makes it report what it has seen since the line before.
 */
const [port = '', path = '', token = '', connections = ''] = process.argv.slice(2);

/** Microseconds after 1970 of the event's moment are not needed: its change was stamped before the commit. */
const mark = '"time":"';
let latencies: number[] = [];
let lost = 0;

const head = `GET ${path} HTTP/1.1\r\nHost: bench\r\nX-Auth-Token: ${token}\r\nAccept: text/event-stream\r\n\r\n`;

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(head));
    let rest = '';
    socket.on('data', (chunk) => {
      rest = take(rest + chunk.toString('latin1'));
      resolve(socket);
    });
    socket.on('error', reject);
    socket.on('close', () => lost++);
  });
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
  const found = { events: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0, lost };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  latencies = [];
}

async function main(): Promise<void> {
  for (let opened = 0; opened < Number(connections); opened += 50) {
    await Promise.all(Array.from({ length: Math.min(50, Number(connections) - opened) }, open));
  }
  process.stdout.write('watching\n');
  process.stdin.on('data', report);
}

void main();
