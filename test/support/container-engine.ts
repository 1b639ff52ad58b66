import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { freePort } from './free-port';
import { engineFacts, imageFacts, inspected, networkFacts, summary } from './container-facts';

/*
 * As much of the Docker Engine's API as Testcontainers asks of it. A "container" is the command of the image's user, run
 * here as a child: there is no isolation, and the port is the child's own.
 */

const root = join(__dirname, '../..');

export interface ContainerConfig {
  readonly Image: string;
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface StubContainer {
  readonly id: string;
  readonly name: string;
  readonly config: ContainerConfig;
  /** Of this machine. */
  readonly port: number;
  child?: ChildProcess;
  /** As a log without a terminal has them: stream, length, bytes. */
  readonly frames: Buffer[];
}

export interface StubEngine {
  /** For DOCKER_HOST. */
  readonly url: string;
  readonly created: () => number;
  readonly left: () => number;
  /** What it was asked and does not know. */
  readonly unknown: readonly string[];
  close(): Promise<void>;
}

/** @param image the only one that it has */
export async function startContainerEngine(image: string): Promise<StubEngine> {
  const engine = new Engine(image);
  const server = createServer((req, res) => {
    engine.answer(req, res).catch((error: unknown) => {
      res.writeHead(500).end(JSON.stringify({ message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `tcp://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    created: () => engine.created,
    left: () => engine.containers.size,
    unknown: engine.unknown,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([...engine.containers.values()].map(stop));
    },
  };
}

class Engine {
  readonly containers = new Map<string, StubContainer>();
  readonly unknown: string[] = [];
  created = 0;

  constructor(private readonly image: string) {}

  async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://engine');
    const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '');
    const [, kind = '', id = '', action = ''] = /^\/(\w+)(?:\/(.*?))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (path === '/_ping') {
      res.writeHead(200, { 'Api-Version': '1.44', 'Content-Type': 'text/plain' }).end('OK');
    } else if (path === '/version' || path === '/info') {
      send(res, 200, engineFacts);
    } else if (path === '/images/json') {
      send(res, 200, [{ ...imageFacts(this.image), Created: 1_795_824_000 }]);
    } else if (kind === 'images' && action === 'json') {
      if (decodeURIComponent(id) === this.image) send(res, 200, imageFacts(this.image));
      else send(res, 404, { message: `No such image: ${id}` });
    } else if (kind === 'networks' && req.method === 'GET') {
      send(res, 200, path === '/networks' ? [networkFacts] : networkFacts);
    } else if (action === 'prune' || id === 'prune') {
      // At the end of a run without Ryuk; it names its own session.
      send(res, 200, {});
    } else if (path === '/containers/json') {
      send(res, 200, this.listed(url.searchParams.get('filters')));
    } else if (path === '/containers/create') {
      await this.create(req, res, url);
    } else {
      await this.answerOf(this.containers.get(id === '' ? action : id), id === '' ? '' : action, req, res);
    }
  }

  /** By an id, which is all that is asked for. */
  private listed(filters: string | null): readonly object[] {
    const { id = [] } = JSON.parse(filters ?? '{}') as { id?: string[] };
    return [...this.containers.values()].filter((each) => id.includes(each.id)).map(summary);
  }

  private async create(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const config = (await json(req)) as ContainerConfig;
    const id = randomBytes(32).toString('hex');
    const name = url.searchParams.get('name') ?? `stub_${id.slice(0, 8)}`;
    this.containers.set(id, { id, name, config, port: await freePort(), frames: [] });
    this.created++;
    send(res, 201, { Id: id, Warnings: [] });
  }

  private async answerOf(
    container: StubContainer | undefined,
    action: string,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    const asked = `${String(req.method)} ${action}`;
    if (!container) {
      this.unknown.push(`${String(req.method)} ${String(req.url)}`);
      send(res, 404, { message: `the stub does not know ${String(req.url)}` });
    } else if (asked === 'GET json') {
      send(res, 200, inspected(container));
    } else if (asked === 'GET logs') {
      writeLogs(container, res, new URL(req.url ?? '/', 'http://engine').searchParams);
    } else if (asked === 'POST start') {
      run(container);
      send(res, 204);
    } else if (asked === 'POST stop' || asked === 'POST kill') {
      await stop(container);
      send(res, 204);
    } else if (asked === 'POST wait') {
      send(res, 200, { StatusCode: container.child?.exitCode ?? 0 });
    } else if (asked === 'DELETE ') {
      await stop(container);
      this.containers.delete(container.id);
      send(res, 204);
    } else {
      this.unknown.push(`${asked} of a container`);
      send(res, 501, { message: `the stub does not know ${asked}` });
    }
  }
}

/** The image's own files are those of this checkout; address, port and folder are changed to those of a child. */
function run(container: StubContainer): void {
  const { Cmd, Env = [] } = container.config;
  const [command = '', ...args] = Cmd.map((word) =>
    word
      .replaceAll('/tmp/seed.json', join(tmpdir(), `seed-${container.id}.json`))
      .replace(/^9292$/, String(container.port))
      .replace(/^0\.0\.0\.0$/, '127.0.0.1'),
  );
  const given = Object.fromEntries(Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...given };
  // The pipe ends the child with this process.
  const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  for (const [number, stream] of [child.stdout, child.stderr].entries()) {
    stream.on('data', (data: Buffer) => {
      const head = Buffer.from([number + 1, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(data.length, 4);
      container.frames.push(Buffer.concat([head, data]));
      child.emit('logged');
    });
  }
  container.child = child;
}

function writeLogs({ frames, child }: StubContainer, res: ServerResponse, query: URLSearchParams): void {
  const isWanted = (frame: Buffer): boolean => {
    const name = frame[0] === 1 ? 'stdout' : 'stderr';
    return ['1', 'true', 'True'].includes(query.get(name) ?? '');
  };
  res.writeHead(200, { 'Content-Type': 'application/vnd.docker.multiplexed-stream' });
  res.flushHeaders();
  let next = 0;
  const write = (): void => {
    for (; next < frames.length; next++) {
      const frame = frames[next];
      if (frame && isWanted(frame)) res.write(frame);
    }
  };
  write();
  const isOver = !['1', 'true', 'True'].includes(query.get('follow') ?? '') || child?.exitCode !== null;
  if (isOver) {
    res.end();
    return;
  }
  child.on('logged', write);
  child.once('close', () => res.end());
  res.once('close', () => child.off('logged', write));
}

async function stop({ child }: StubContainer): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
}

function send(res: ServerResponse, status: number, body?: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}
