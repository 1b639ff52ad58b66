import { write, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Characters that may wait for a reader who does not read; what comes on top is dropped, and counted. */
const mostWaiting = 8 * 1024 * 1024;

/** Characters; nearly always bytes. PIPE_BUF of Linux: up to here what several processes write stays in pieces. */
const mostAtOnce = 4096;

/** How soon (ms) to try a full pipe again. */
const patience = 20;

/**
 * Writes lines to a file descriptor without waiting for it: what was logged in one turn of the event loop, or
 * while the last piece is on its way, goes out in one piece. Node's own standard error blocks at every line.
 * Whatever still waits when the process ends is written then.
 */
export class LineWriter extends Writable {
  private waiting = '';
  private busy = false;
  private dropped = 0;

  constructor(private readonly descriptor: number) {
    super({ decodeStrings: false });
    process.on('exit', () => {
      this.writeRest();
    });
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.waiting.length < mostWaiting) this.waiting += line.toString();
    else this.dropped++;
    if (!this.busy) {
      this.busy = true;
      setImmediate(() => {
        this.send();
      });
    }
    done();
  }

  private send(): void {
    const piece = this.takePiece();
    if (this.dropped > 0) this.tellDropped();
    this.sendPiece(Buffer.from(piece));
  }

  /** Whole lines, and no more than a pipe takes without mixing them with another worker's, if they are short. */
  private takePiece(): string {
    const { waiting } = this;
    const fits =
      waiting.length <= mostAtOnce ? waiting.length : waiting.lastIndexOf('\n', mostAtOnce - 1) + 1;
    const end = fits > 0 ? fits : waiting.indexOf('\n') + 1;
    this.waiting = waiting.slice(end);
    return waiting.slice(0, end);
  }

  private sendPiece(piece: Buffer): void {
    write(this.descriptor, piece, (error, written) => {
      const rest = piece.subarray(written);
      if (error?.code === 'EAGAIN')
        setTimeout(() => {
          this.sendPiece(piece);
        }, patience);
      else if (!error && rest.length > 0) this.sendPiece(rest);
      else if (this.waiting === '') this.busy = false;
      else this.send();
    });
  }

  private tellDropped(): void {
    const text = 'log lines were dropped, because nobody read them';
    this.waiting += `${JSON.stringify({ level: 'warn', message: text, lines: this.dropped })}\n`;
    this.dropped = 0;
  }

  private writeRest(): void {
    try {
      writeSync(this.descriptor, this.waiting);
    } catch {
      // Nobody is there to read it, and nobody to be told.
    }
    this.waiting = '';
  }
}
