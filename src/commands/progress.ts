/** What progress is written to: standard error, as a rule. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between two words: a terminal shows one line that changes, a log gets few lines. */
const pause = { terminal: 250, log: 5_000 };

/** Tells how many rows are done, how fast, and how many there are. */
export class Progress {
  private readonly begun = performance.now();
  private toldAt = performance.now();
  private rows = 0;

  /** @param what was done to the rows, such as `exported` */
  constructor(
    private readonly output: ProgressOutput,
    private readonly what: string,
  ) {}

  add(rows: number, all: number): void {
    this.rows += rows;
    const { isTTY = false } = this.output;
    if (performance.now() - this.toldAt < (isTTY ? pause.terminal : pause.log)) return;
    this.toldAt = performance.now();
    const part = all > 0 ? ` of ${String(all)} (${String(Math.floor((100 * this.rows) / all))} %)` : '';
    this.tell(`${String(this.rows)}${part} rows ${this.what}, ${this.pace()}`);
  }

  end(): void {
    const seconds = ((performance.now() - this.begun) / 1000).toFixed(1);
    this.tell(`${String(this.rows)} rows ${this.what} in ${seconds} s, ${this.pace()}`);
    if (this.output.isTTY) this.output.write('\n');
  }

  private pace(): string {
    const seconds = (performance.now() - this.begun) / 1000;
    return `${String(Math.round(this.rows / Math.max(seconds, 0.001)))} rows/s`;
  }

  private tell(text: string): void {
    // Back to the start of the line, and clear what a longer one left.
    this.output.write(this.output.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }
}
