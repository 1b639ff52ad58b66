import { connect, type Socket } from 'node:net';

/** Every answer passes through here; it is read before the next piece arrives. */
const buffer = Buffer.allocUnsafe(64 * 1024);

const endOfHead = '\r\n\r\n';

/** What became of one request; a `fault` is no answer at all. */
export interface Outcome {
  readonly status: number;
  readonly retryAfter: boolean;
  readonly fault?: string;
}

/**
 * One connection that asks one thing after another, with as little work as can be: a sender on the machine of what it
 * measures must not take its time. It reads the answers of a gateway that means well: each has a Content-Length, or none
 * and no body.
 */
export class Connection {
  private readonly socket: Socket;
  private head = '';
  /** Bytes of the body that are still to come; null: the head is not whole yet. */
  private left: number | null = null;
  private answer: ((outcome: Outcome) => void) | undefined;
  private outcome: Outcome = { status: 0, retryAfter: false };
  private isOpen = true;

  constructor(port: number) {
    const callback = (size: number): boolean => {
      this.read(size);
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
    this.socket.on('error', (error) => {
      this.end(error.message);
    });
    this.socket.on('close', () => {
      this.end('the connection was closed');
    });
  }

  get usable(): boolean {
    return this.isOpen;
  }

  ask(request: string, answer: (outcome: Outcome) => void): void {
    this.answer = answer;
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.isOpen = false;
    this.socket.destroy();
  }

  private read(size: number): void {
    if (this.left !== null) {
      this.count(size);
      return;
    }
    this.head += buffer.toString('latin1', 0, size);
    const end = this.head.indexOf(endOfHead);
    if (end < 0) return;
    const body = this.head.length - end - endOfHead.length;
    const head = this.head.slice(0, end).toLowerCase();
    this.head = '';
    this.outcome = { status: Number(head.slice(9, 12)), retryAfter: head.includes('\r\nretry-after:') };
    if (head.includes('\r\nconnection: close')) this.isOpen = false;
    this.left = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    this.count(body);
  }

  private count(size: number): void {
    this.left = (this.left ?? 0) - size;
    if (this.left > 0) return;
    this.left = null;
    if (!this.isOpen) this.socket.destroy();
    this.settle(this.outcome);
  }

  private end(fault: string): void {
    this.isOpen = false;
    this.settle({ status: 0, retryAfter: false, fault });
  }

  private settle(outcome: Outcome): void {
    const { answer } = this;
    this.answer = undefined;
    answer?.(outcome);
  }
}
