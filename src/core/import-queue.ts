import { Refused } from './errors';
import { ImportInterrupted } from './import';

/** Imports that run at once in a process: each hashes its data, on the thread that answers requests. */
const atOnce = 4;

/** Those that may wait for that. */
const mostWaiting = 1000;

export interface ImportRun {
  /** Never throws for what a caller can cause. */
  run(signal: AbortSignal): Promise<void>;
  /** It will not run in this process. */
  leave(): Promise<void>;
}

/** Runs imports one after the other, some at a time. */
export class ImportQueue {
  private readonly waiting: ImportRun[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();

  /** @param onError called for failures that are no caller's doing */
  constructor(private readonly onError: (error: unknown) => void) {}

  /** @throws Refused too-many-imports */
  requireRoom(): void {
    if (this.waiting.length < mostWaiting) return;
    throw new Refused({ kind: 'too-many-imports', limit: mostWaiting });
  }

  add(run: ImportRun): void {
    this.waiting.push(run);
    this.startNext();
  }

  /** Ends those that run, and leaves those that wait. */
  async close(): Promise<void> {
    this.stop.abort(new ImportInterrupted());
    await Promise.allSettled(this.waiting.splice(0).map((run) => run.leave()));
    await Promise.allSettled(this.running);
  }

  private startNext(): void {
    if (this.running.size >= atOnce || this.stop.signal.aborted) return;
    const next = this.waiting.shift();
    if (!next) return;
    const running = next
      .run(this.stop.signal)
      .catch(this.onError)
      .finally(() => {
        this.running.delete(running);
        this.startNext();
      });
    this.running.add(running);
  }
}
