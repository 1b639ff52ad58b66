import { Unavailable } from '../../core/errors';

/** Lets at most `width` pieces of work run and `queue` wait; more are rejected at once. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly width: number,
    private readonly queue: number,
  ) {}

  /** @throws Unavailable when the queue is full, and whatever the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.width) await this.slot();
    else this.running++;
    try {
      return await work();
    } finally {
      // The slot is handed on, so that no other work can take it in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private slot(): Promise<void> {
    if (this.waiting.length >= this.queue) throw new Unavailable('too many logins at once', 'not-done');
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
