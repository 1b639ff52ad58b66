import { connect, type Socket } from 'node:net';

export interface HeardAnswer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Bytes behind the answer, of which nobody knows what they answer. */
  readonly surplus: number;
}

/**
 * Sends bytes as they are, one request after the other over one connection for as long as the server keeps it, and
 * reads one answer to each. No client library is in between, since those refuse to send what is hostile.
 */
export class RawClient {
  private socket: Socket | undefined;
  private heard: Buffer = Buffer.alloc(0);
  private changed: () => void = () => undefined;

  /** @param timeoutMs ms for a whole answer */
  constructor(
    private readonly port: number,
    private readonly timeoutMs = 10_000,
  ) {}

  /** @throws Error when no whole answer comes in time, or none at all */
  async ask(bytes: Buffer, method: string): Promise<HeardAnswer> {
    const isOld = this.socket !== undefined;
    const answer = await this.once(bytes, method);
    if (answer) return answer;
    // A kept connection may have been closed while the request was on its way, before anybody read it.
    const again = isOld ? await this.once(bytes, method) : undefined;
    if (!again) throw new Error('the connection was closed without an answer');
    return again;
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async once(bytes: Buffer, method: string): Promise<HeardAnswer | undefined> {
    const socket = (this.socket ??= this.open());
    this.heard = Buffer.alloc(0);
    const late = Date.now() + this.timeoutMs;
    socket.write(bytes);
    for (;;) {
      const answer = readAnswer(this.heard, method, socket.destroyed);
      if (answer && (answer.headers['connection']?.toLowerCase() === 'close' || answer.surplus > 0))
        this.close();
      if (answer) return answer;
      if (this.socket !== socket) return undefined;
      await this.change(late);
    }
  }

  private async change(late: number): Promise<void> {
    const left = late - Date.now();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        this.close();
        reject(new Error(`no answer within ${String(this.timeoutMs)} ms`));
      }, left);
      this.changed = resolve;
    }).finally(() => {
      clearTimeout(timer);
    });
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (data) => {
      this.heard = Buffer.concat([this.heard, data]);
      this.changed();
    });
    // A reset is an end as any other: what counts is whether the answer came.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
      this.changed();
    });
    return socket;
  }
}

function readAnswer(bytes: Buffer, method: string, ended: boolean): HeardAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(line.split(' ')[1]);
  const rest = bytes.subarray(end + 4);
  if (status < 200) return readAnswer(rest, method, ended);
  const headers = Object.fromEntries(
    lines.map((one) => [
      one.slice(0, one.indexOf(':')).toLowerCase(),
      one.slice(one.indexOf(':') + 1).trim(),
    ]),
  );
  const length = method === 'HEAD' || status === 204 || status === 304 ? '0' : headers['content-length'];
  if (length !== undefined) {
    const size = Number(length);
    if (rest.length < size) return undefined;
    return { status, headers, body: rest.subarray(0, size), surplus: rest.length - size };
  }
  const isWhole =
    headers['transfer-encoding'] === 'chunked' ? rest.toString('latin1').endsWith('0\r\n\r\n') : ended;
  return isWhole ? { status, headers, body: rest, surplus: 0 } : undefined;
}
