import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Statuses of 1xx answers before it. */
  readonly interim: readonly number[];
  /** What the server does with the connection; known only a moment after the answer. */
  readonly connection: Promise<'open' | 'closed'>;
}

/** How long (ms) a connection is watched for being closed, and how long an answer is waited for. */
const watching = 50;
const timeoutMs = 5_000;

/**
 * Sends bytes on a connection of their own and reads one answer, with no client library in between.
 * @throws Error when no whole answer comes
 */
export function exchange(port: number, bytes: Buffer, method: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const reader = new AnswerReader(method === 'HEAD');
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${String(timeoutMs)} ms`));
    }, timeoutMs);
    let closed = false;
    const finish = (): void => {
      const answer = reader.answer(closed);
      if (!answer) return;
      clearTimeout(timer);
      resolve({ ...answer, connection: watched(socket, closed) });
    };
    socket.on('data', (chunk: Buffer) => {
      reader.add(chunk);
      finish();
    });
    socket.on('close', () => {
      closed = true;
      finish();
      clearTimeout(timer);
      reject(new Error('the connection was closed without an answer'));
    });
    // A reset after the answer is a way of closing, too.
    socket.on('error', () => undefined);
    socket.write(bytes);
  });
}

function watched(socket: Socket, closed: boolean): Promise<'open' | 'closed'> {
  if (closed) return Promise.resolve('closed');
  return new Promise((resolve) => {
    // What has come meanwhile is read before it is judged: on a busy machine a timer may be first.
    const timer = setTimeout(() => {
      setImmediate(() => {
        resolve('open');
        socket.destroy();
      });
    }, watching);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve('closed');
    });
  });
}

class AnswerReader {
  private bytes: Buffer = Buffer.alloc(0);
  private readonly interim: number[] = [];

  constructor(private readonly isHead: boolean) {}

  add(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
  }

  /** The answer, once it is whole. */
  answer(closed: boolean): Omit<RawAnswer, 'connection'> | undefined {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [line = '', ...lines] = this.bytes.toString('latin1', 0, end).split('\r\n');
    const [version = '', status = '', ...reason] = line.split(' ');
    const rest = this.bytes.subarray(end + 4);
    if (status.startsWith('1')) {
      this.interim.push(Number(status));
      this.bytes = rest;
      return this.answer(closed);
    }
    const headers = lines.map((text) => {
      const at = text.indexOf(':');
      return [text.slice(0, at), text.slice(at + 1).trim()] as const;
    });
    const body = this.bodyOf(headers, rest, closed);
    if (!body) return undefined;
    const answer = { version, status: Number(status), reason: reason.join(' '), headers, body };
    return { ...answer, interim: this.interim };
  }

  private bodyOf(
    headers: readonly (readonly [string, string])[],
    rest: Buffer,
    closed: boolean,
  ): Buffer | undefined {
    if (this.isHead) return Buffer.alloc(0);
    const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
    if (length !== undefined) return rest.length >= Number(length) ? rest : undefined;
    return closed ? rest : undefined;
  }
}
