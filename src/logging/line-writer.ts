import { write, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Maximum characters buffered for a slow reader; more are dropped, and counted. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * Characters; nearly always bytes. `shared` is Linux' PIPE_BUF: writes of several processes to one pipe up to this
 * size are not interleaved. A single writer must not be held to it: a busy gateway would log more per iteration of
 * the event loop than one write takes.
 */
const mostAtOnce = { alone: 1024 * 1024, shared: 4096 };

/** Delay (ms) before retrying a full pipe. */
const retryMs = 20;

/**
 * Writes lines to a file descriptor without blocking: lines logged in one iteration of the event loop, or during the
 * last write, go out in one write. Node's own standard error blocks at every line. Writes pending lines when the
 * process ends.
 */
export class LineWriter extends Writable {
  private lines: string[] = [];
  /** Total characters of all lines. */
  private waiting = 0;
  private busy = false;
  private dropped = 0;

  /** @param use whether other processes also write to the descriptor */
  constructor(
    private readonly descriptor: number,
    private readonly use: keyof typeof mostAtOnce = 'alone',
  ) {
    super({ decodeStrings: false });
    process.on('exit', () => {
      this.writeRest();
    });
  }

  override _write(line: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.waiting < mostWaiting) this.keep(line.toString());
    else this.dropped++;
    if (!this.busy) {
      this.busy = true;
      setImmediate(() => {
        this.send();
      });
    }
    done();
  }

  private keep(line: string): void {
    this.lines.push(line);
    this.waiting += line.length;
  }

  private send(): void {
    const piece = this.takePiece();
    if (this.dropped > 0) this.reportDropped();
    this.sendPiece(Buffer.from(piece));
  }

  /** Whole lines up to the limit of one write, unless a single one is longer. */
  private takePiece(): string {
    let size = this.lines[0]?.length ?? 0;
    let count = 1;
    for (; count < this.lines.length; count++) {
      size += this.lines[count]?.length ?? 0;
      if (size > mostAtOnce[this.use]) break;
    }
    const piece = this.lines.splice(0, count).join('');
    this.waiting -= piece.length;
    return piece;
  }

  private sendPiece(piece: Buffer): void {
    write(this.descriptor, piece, (error, written) => {
      const rest = piece.subarray(written);
      if (error?.code === 'EAGAIN')
        setTimeout(() => {
          this.sendPiece(piece);
        }, retryMs);
      else if (!error && rest.length > 0) this.sendPiece(rest);
      else if (this.lines.length === 0) this.busy = false;
      else this.send();
    });
  }

  private reportDropped(): void {
    const text = 'log lines were dropped, because they were not read fast enough';
    this.keep(`${JSON.stringify({ level: 'warn', message: text, lines: this.dropped })}\n`);
    this.dropped = 0;
  }

  private writeRest(): void {
    try {
      writeSync(this.descriptor, this.lines.join(''));
    } catch {
      // The reader is gone, and there is nowhere to report it.
    }
    this.lines = [];
  }
}
