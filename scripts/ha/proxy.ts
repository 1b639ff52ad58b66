import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const config = join(__dirname, '../../docs/deploy/haproxy.cfg');

/** A port that was free a moment ago, for programs that cannot take any free one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** HAProxy with the documented configuration, in front of two gateways. */
export class Proxy {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly socket: string,
    readonly port: number,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.said += String(text)));
  }

  /** @param gateways their ports, in the order of the configuration @throws Error with what HAProxy said */
  static async start(folder: string, [one, two]: readonly [number, number]): Promise<Proxy> {
    const port = await freePort();
    const socket = join(folder, 'haproxy.sock');
    const address = (of: number): string => `127.0.0.1:${String(of)}`;
    const env = {
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
      TAGWAY_PROXY_SOCKET: socket,
      TAGWAY_PROXY_BIND: address(port),
      TAGWAY_GATEWAY_ONE: address(one),
      TAGWAY_GATEWAY_TWO: address(two),
    };
    const child = spawn('haproxy', ['-db', '-f', config], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    // Without it, a program that is missing would end this process.
    child.on('error', () => undefined);
    const proxy = new Proxy(child, socket, port);
    process.once('exit', () => child.kill('SIGKILL'));
    for (const name of ['one', 'two']) await proxy.untilUp(name);
    return proxy;
  }

  /** Waits until the proxy sends requests to this gateway. */
  async untilUp(name: string): Promise<void> {
    const begun = performance.now();
    while ((await this.statusOf(name)) !== 'UP') {
      const { pid, exitCode } = this.child;
      if (pid === undefined || exitCode !== null || performance.now() - begun > 30_000)
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
