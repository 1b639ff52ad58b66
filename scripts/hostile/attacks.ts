import { connect, type Socket } from 'node:net';

/** What an attack knows: the gateway, a token of a project that is not the one measured, an access key's name. */
export interface Target {
  readonly port: number;
  readonly token: string;
  readonly access: string;
}

/** Plays until `isOver`, as hard as its connections can. */
export interface Attack {
  readonly name: string;
  readonly connections: number;
  /** Settings of the gateway that is attacked, by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Before the clock runs. */
  prepare?(target: Target): Promise<void>;
  /** What one connection sends; a new one follows when it ends. */
  play(target: Target, socket: Socket): void;
  /** When the clock has run. @throws Error when the attack did what it must not */
  judge?(target: Target): Promise<void>;
}

const request = (method: string, path: string, headers: string, body = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;

const tokenOf = ({ token }: Target): string => `X-Auth-Token: ${token}\r\n`;

/** One request after another, each behind the answer to the one before. */
function again(text: (turn: number) => string): (socket: Socket) => void {
  return (socket) => {
    let turn = 0;
    socket.on('data', (piece) => {
      if (piece.includes('HTTP/1.1 ')) socket.write(text(++turn));
    });
    socket.write(text(turn));
  };
}

function unsignedDate(): string {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, '');
}

function wronglySigned({ access }: Target): string {
  const signature = `Signature=${'0'.repeat(64)}`;
  return `X-Sdk-Date: ${unsignedDate()}\r\nAuthorization: SDK-HMAC-SHA256 Access=${access}, SignedHeaders=x-sdk-date, ${signature}\r\n`;
}

const twelveMebibytes = Buffer.alloc(12 * 1024 * 1024);
const uploaded = '00000000-0000-4000-8000-000000000001';
const file = `/v2/images/${uploaded}/file`;

async function asked({ port, token }: Target, method: string, path: string, body?: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method,
    headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
  return text;
}

interface Uploaded {
  readonly status: string;
  readonly size: number | null;
}

const attacks: readonly Attack[] = [
  {
    name: 'A1 many tags in one query',
    connections: 12,
    play: (target, socket) => {
      const query = Array.from({ length: 50 }, (_, at) => `tag=a${String(at)}`).join('&');
      const paths = ['/v2/cloudimages', '/v1/cloudimages/tags', '/v2/images'];
      again((turn) => request('GET', `${paths[turn % 3] ?? ''}?${query}`, tokenOf(target)))(socket);
    },
  },
  {
    name: 'A2 pipelining',
    connections: 8,
    play: (_target, socket) => {
      const packet = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3000);
      socket.resume();
      socket.write(packet);
    },
  },
  {
    name: 'A3 bodies before authentication',
    connections: 60,
    play: (target, socket) => {
      const length = String(twelveMebibytes.length);
      socket.write(
        `PUT ${file} HTTP/1.1\r\nHost: x\r\n${wronglySigned(target)}Content-Length: ${length}\r\nConnection: close\r\n\r\n`,
      );
      socket.write(twelveMebibytes);
      socket.resume();
    },
  },
  {
    name: 'A4 fat lists',
    connections: 3,
    prepare: async (target) => {
      const names = Array.from({ length: 14 }, (_, at) => [`p${String(at)}`, 'x'.repeat(64_000)]);
      const body = JSON.stringify(Object.fromEntries(names));
      for (let image = 0; image < 150; image++) await asked(target, 'POST', '/v2/images', body);
    },
    play: (target, socket) => {
      again(() => request('GET', '/v2/images?limit=1000', tokenOf(target)))(socket);
    },
  },
  {
    // To an upload, a disk whose reserve is larger than itself is one that is full.
    name: 'A5 uploads on a full disk',
    connections: 12,
    settings: { TAGWAY_DISK_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER) },
    prepare: async (target) => {
      const image = { id: uploaded, disk_format: 'raw', container_format: 'bare' };
      await asked(target, 'POST', '/v2/images', JSON.stringify(image));
    },
    play: (target, socket) => {
      const type = 'Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n';
      socket.write(`PUT ${file} HTTP/1.1\r\nHost: x\r\n${tokenOf(target)}${type}Connection: close\r\n\r\n`);
      socket.write(`${twelveMebibytes.length.toString(16)}\r\n`);
      socket.write(twelveMebibytes);
      socket.write('\r\n0\r\n\r\n');
      socket.resume();
    },
    judge: async (target) => {
      const { status, size } = JSON.parse(await asked(target, 'GET', `/v2/images/${uploaded}`)) as Uploaded;
      // The last one may not have heard yet that there is no room.
      if (status === 'active' || size !== null) throw new Error(`the image is ${status} on a full disk`);
    },
  },
  {
    name: 'A6 wrong signatures',
    connections: 32,
    play: (target, socket) => {
      again(() => request('GET', '/v1/cloudimages/tags', wronglySigned(target)))(socket);
    },
  },
  {
    name: 'A6 wrong passwords',
    connections: 16,
    play: (_target, socket) => {
      const user = { name: 'victim', domain: { id: 'default' }, password: 'wrong' };
      const auth = { identity: { methods: ['password'], password: { user } } };
      again(() => request('POST', '/v3/auth/tokens', '', JSON.stringify({ auth })))(socket);
    },
  },
];

/** Those whose name contains the text. */
export function attacksNamed(text: string): readonly Attack[] {
  return attacks.filter(({ name }) => name.includes(text));
}

/** Keeps an attack's connections going until it is stopped. */
export function begin(attack: Attack, target: Target): () => void {
  let isOver = false;
  const sockets = new Set<Socket>();
  const open = (): void => {
    if (isOver) return;
    const socket = connect(target.port, '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      setTimeout(open, 5);
    });
    attack.play(target, socket);
  };
  for (let at = 0; at < attack.connections; at++) open();
  return () => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
}
