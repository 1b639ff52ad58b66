/** Usually standard error. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between updates: a terminal shows one changing line, a log gets few lines. */
const intervalMs = { terminal: 250, log: 5_000 };

/** Reports how many rows are done, how fast, and the total. */
export class Progress {
  private readonly begun = performance.now();
  private reportedAt = performance.now();
  private rows = 0;

  /** @param what was done to the rows, such as `exported` */
  constructor(
    private readonly output: ProgressOutput,
    private readonly what: string,
  ) {}

  add(rows: number, all: number): void {
    this.rows += rows;
    const { isTTY = false } = this.output;
    if (performance.now() - this.reportedAt < (isTTY ? intervalMs.terminal : intervalMs.log)) return;
    this.reportedAt = performance.now();
    const part = all > 0 ? ` of ${String(all)} (${String(Math.floor((100 * this.rows) / all))} %)` : '';
    this.print(`${String(this.rows)}${part} rows ${this.what}, ${this.pace()}`);
  }

  end(): void {
    const seconds = ((performance.now() - this.begun) / 1000).toFixed(1);
    this.print(`${String(this.rows)} rows ${this.what} in ${seconds} s, ${this.pace()}`);
    if (this.output.isTTY) this.output.write('\n');
  }

  private pace(): string {
    const seconds = (performance.now() - this.begun) / 1000;
    return `${String(Math.round(this.rows / Math.max(seconds, 0.001)))} rows/s`;
  }

  private print(text: string): void {
    // Return to the start of the line, and clear a longer previous one.
    this.output.write(this.output.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }
}
