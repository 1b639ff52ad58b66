import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import {
  removeFolder,
  signIn,
  startGatewayProcess,
  temporaryFolder,
} from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import { closeIdleSockets, send } from '../../test/support/wire';

/** MiB that the process holds. */
function residentOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

/** ms of 200 requests, sorted */
async function times(port: number, token: string): Promise<number[]> {
  const found: number[] = [];
  for (let asked = 0; asked < 200; asked++) {
    const begun = performance.now();
    const { status } = await send(port, 'PUT', `/v2/images/${seeded.image}/tags/idle`, { token });
    if (status !== 204) throw new Error(`answered ${String(status)}`);
    found.push(performance.now() - begun);
  }
  return found.sort((a, b) => a - b);
}

function print(name: string, sorted: readonly number[], pid: number): void {
  const [half, most] = [sorted[100] ?? 0, sorted.at(-1) ?? 0];
  const line = `PUT of a tag: half within ${half.toFixed(1)} ms, all within ${most.toFixed(1)} ms`;
  process.stdout.write(`${name.padEnd(26)}${line}; ${String(residentOf(pid))} MiB\n`);
}

/** Connections that say nothing, half of them in the middle of a head: are others served, and what do they cost? */
async function main(count: number): Promise<void> {
  const folder = temporaryFolder('tagway-idle');
  const gateway = await startGatewayProcess(folder, {
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_LOG_LEVEL: 'error',
  });
  const pid = gateway.child.pid ?? 0;
  const idle: Socket[] = [];
  try {
    const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
    await times(gateway.port, token);
    print('no other connection', await times(gateway.port, token), pid);
    while (idle.length < count) {
      const more = await Promise.all(Array.from({ length: 100 }, () => opened(gateway.port)));
      for (const [at, socket] of more.entries()) if (at % 2 === 0) socket.write('GET / HTTP/1.1\r\nX: ');
      idle.push(...more);
    }
    print(`${String(idle.length)} idle connections`, await times(gateway.port, token), pid);
  } finally {
    for (const socket of idle) socket.destroy();
    closeIdleSockets();
    await gateway.stop();
    removeFolder(folder);
  }
}

// The gateway's process does not keep this one waiting for it.
setInterval(() => undefined, 1_000);
main(Number(process.argv[2] ?? 10_000)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
