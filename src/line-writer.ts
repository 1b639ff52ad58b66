import { write, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Characters that may wait for a reader who does not read; what comes on top is dropped, and counted. */
const mostWaiting = 8 * 1024 * 1024;

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
    const piece = Buffer.from(this.waiting);
    this.waiting = '';
    if (this.dropped > 0) this.tellDropped();
    this.sendPiece(piece);
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
    const text = `log lines dropped, because nobody read them`;
    this.waiting = `${JSON.stringify({ level: 'warn', message: text, lines: this.dropped })}\n`;
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
