import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const documented = join(__dirname, '../../docs/deploy/haproxy.cfg');

/** Of the servers in the configuration; that for two gateways is the documented one, as it is. */
export const gatewayNames = ['one', 'two', 'three', 'four'] as const;

/** A port that was free a moment ago, for programs that cannot take any free one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The documented configuration, with the lines of its second gateway repeated for each further one. */
function configFor(folder: string, count: number): string {
  if (count === 2) return documented;
  const further = gatewayNames.slice(2, count);
  const text = readFileSync(documented, 'utf8').replace(/^ *server two.*\n?/gm, (line) =>
    [
      line,
      ...further.map((name) => line.replace(' two', ` ${name}`).replace('_TWO', `_${name.toUpperCase()}`)),
    ]
      .map((each) => each.trimEnd())
      .join('\n')
      .concat('\n'),
  );
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, text);
  return file;
}

/** HAProxy with the documented configuration, in front of two to four gateways. */
export class Proxy {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly socket: string,
    readonly port: number,
    private readonly names: readonly string[],
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.said += String(text)));
  }

  /** @param gateways their ports, in the order of the configuration @throws Error with what HAProxy said */
  static async start(folder: string, gateways: readonly number[]): Promise<Proxy> {
    const port = await freePort();
    const socket = join(folder, 'haproxy.sock');
    const address = (of: number): string => `127.0.0.1:${String(of)}`;
    const names = gatewayNames.slice(0, gateways.length);
    const servers = names.map((name, n) => [
      `TAGWAY_GATEWAY_${name.toUpperCase()}`,
      address(gateways[n] ?? 0),
    ]);
    const env = {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
      TAGWAY_PROXY_SOCKET: socket,
      TAGWAY_PROXY_BIND: address(port),
      ...(Object.fromEntries(servers) as Record<string, string>),
    };
    const config = configFor(folder, gateways.length);
    const child = spawn('haproxy', ['-db', '-f', config], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    // Without it, a program that is missing would end this process.
    child.on('error', () => undefined);
    const proxy = new Proxy(child, socket, port, names);
    process.once('exit', () => child.kill('SIGKILL'));
    await proxy.untilAllUp();
    return proxy;
  }

  async untilAllUp(mostMs?: number): Promise<void> {
    for (const name of this.names) await this.untilUp(name, mostMs);
  }

  /** Waits until the proxy sends requests to this gateway. */
  async untilUp(name: string, mostMs = 30_000): Promise<void> {
    const begun = performance.now();
    while ((await this.statusOf(name)) !== 'UP') {
      const { pid, exitCode } = this.child;
      if (pid === undefined || exitCode !== null || performance.now() - begun > mostMs)
        throw new Error(
          `HAProxy does not see the gateway "${name}". ${this.said || 'Is HAProxy installed?'}`,
        );
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }

  private async statusOf(name: string): Promise<string> {
    const table = await this.ask('show stat').catch(() => '');
    const [head = '', ...lines] = table.split('\n');
    const [names, status] = ['svname', 'status'].map((title) => head.split(',').indexOf(title));
    const line = lines.map((text) => text.split(',')).find((cells) => cells[names ?? -1] === name);
    // `no check` until the first one; `UP 1/2` while it is not sure.
    return line?.[status ?? -1] ?? '';
  }

  private async ask(command: string): Promise<string> {
    const socket = connect(this.socket);
    let text = '';
    socket.on('data', (piece: Buffer) => (text += String(piece)));
    const ended = once(socket, 'close');
    socket.end(`${command}\n`);
    await ended;
    return text;
  }
}
