import {
  connect,
  createServer,
  type AddressInfo,
  type NetConnectOpts,
  type Server,
  type Socket,
} from 'node:net';

/** What the network does to everything that goes through it. */
export type Weather =
  | 'fair'
  /** No connection lives, none can be made. */
  | 'cut'
  /** Every piece is late, in its order. */
  | 'slow'
  /** Connections look alive, new ones are taken, and nothing ever arrives, also not later. */
  | 'half-open'
  /** Connections are reset in the middle of a message. */
  | 'resets';

/** ms */
const lateness = { least: 100, most: 700 };

/** One message in so many is cut in two, and its connection with it. */
const resetsOneIn = 40;

/** A network between two sides, in one process: what is sent to `port` goes to the target. */
export class Network {
  private weather: Weather = 'fair';
  private server: Server | undefined;
  private readonly lines = new Set<Line>();
  port = 0;

  private constructor(private readonly target: NetConnectOpts) {}

  static async to(target: NetConnectOpts): Promise<Network> {
    const network = new Network(target);
    await network.open();
    return network;
  }

  async set(weather: Weather): Promise<void> {
    this.weather = weather;
    if (weather === 'cut') await this.close();
    else if (this.server === undefined) await this.open();
    if (weather === 'resets' || weather === 'half-open') for (const line of this.lines) line.suffer(weather);
  }

  /** Ends every connection and takes no more. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const line of this.lines) line.end();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private async open(): Promise<void> {
    const server = createServer((near) => {
      const line = new Line(near, connect(this.target), () => this.weather);
      this.lines.add(line);
      near.once('close', () => this.lines.delete(line));
      if (this.weather === 'half-open') line.suffer('half-open');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }
}

/** One connection through the network. */
class Line {
  private lost = false;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private readonly weather: () => Weather,
  ) {
    near.setNoDelay(true);
    far.setNoDelay(true);
    this.carry(near, far);
    this.carry(far, near);
    for (const side of [near, far]) {
      side.on('error', () => undefined);
      side.on('close', () => {
        // Neither side of a half-open connection hears that the other is gone.
        if (!this.lost) this.end();
      });
    }
  }

  end(): void {
    this.near.destroy();
    this.far.destroy();
  }

  suffer(weather: 'resets' | 'half-open'): void {
    if (weather === 'half-open') this.lost = true;
    else this.reset();
  }

  private reset(): void {
    this.near.resetAndDestroy();
    // A socket file cannot be reset.
    this.far.destroy();
  }

  private carry(from: Socket, to: Socket): void {
    let before = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      if (this.lost) return;
      const weather = this.weather();
      if (weather === 'resets' && Math.random() * resetsOneIn < 1) {
        to.write(piece.subarray(0, piece.length / 2), () => {
          this.reset();
        });
        return;
      }
      const wait = weather === 'slow' ? lateness.least + Math.random() * (lateness.most - lateness.least) : 0;
      // A piece that is late holds up those behind it, as TCP does.
      before = before
        .then(() => later(wait))
        .then(() => {
          if (to.writable) to.write(piece);
        });
    });
    from.on('end', () => {
      if (!this.lost) void before.then(() => to.end());
    });
  }
}

function later(milliseconds: number): Promise<void> | undefined {
  return milliseconds === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, milliseconds));
}
