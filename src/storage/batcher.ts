import { Unavailable } from '../core/errors';
import type { Observe } from '../core/observe';
import type { StoreObservation } from './database/observation';
import { activeDryRun } from './database/dry-run';

/** What a batcher sends together, and how. */
export interface BatcherOptions<Item, Result> {
  /** Of what one statement holds, as metrics show it. */
  readonly kind: string;
  /** Only items of one group go into one statement. */
  readonly groupOf: (item: Item) => string;
  /** Items with one key are never in one statement, and keep their order. */
  readonly keyOf?: (item: Item) => string;
  /** How many entries an item brings. */
  readonly weightOf?: (item: Item) => number;
  /** Each item's result, in order; `undefined` for one that must be sent alone. */
  readonly together: (items: readonly Item[]) => Promise<readonly (BatchedResult<Result> | undefined)[]>;
  readonly alone: (item: Item) => Promise<Result>;
}

export interface BatchedResult<Result> {
  readonly result: Result;
}

/**
 * Longer statements gain nothing more, and make all their items wait for the longest; more of one group in flight only
 * wait for each other's commit.
 */
const limits = { items: 64, entries: 640, inFlightOfGroup: 2, inFlight: 8 };

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly group: string;
  readonly key: string | undefined;
  readonly answer: (result: Result | Promise<Result>) => void;
}

/**
 * Sends what arrives while a statement is in flight together with the next one. An item is answered only after the
 * statement that holds it, so nothing acknowledged depends on memory, and a read sees every change acknowledged before
 * it was requested; an idle gateway waits for nothing.
 */
export class Batcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  /** Keys of items in flight. */
  private readonly busy = new Set<string>();
  /** Groups of the statements in flight. */
  private readonly inFlight: string[] = [];
  private flushing = false;

  constructor(
    private readonly batching: BatcherOptions<Item, Result>,
    private readonly observe: Observe<StoreObservation>,
  ) {}

  submit(item: Item): Promise<Result> {
    const { groupOf, keyOf, alone } = this.batching;
    if (activeDryRun()) return alone(item);
    return new Promise((answer) => {
      this.waiting.push({ item, group: groupOf(item), key: keyOf?.(item), answer });
      this.flushSoon();
    });
  }

  /** At the end of this turn of the event loop, so that what the other sockets brought in it goes along. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.inFlight.length < limits.inFlight && this.waiting.length > 0) {
      const batch = this.take();
      const group = batch[0]?.group;
      if (group === undefined) return;
      this.inFlight.push(group);
      this.observe({ kind: 'database-batch', of: this.batching.kind, size: batch.length });
      void this.send(batch).then(() => {
        this.inFlight.splice(this.inFlight.indexOf(group), 1);
        this.flush();
      });
    }
  }

  /** The oldest item that can go, and what of its group can go with it. Items stay behind earlier ones of their key. */
  private take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const held = new Set<string | undefined>(this.busy);
    let entries = 0;
    this.waiting = this.waiting.filter((one) => {
      const goes = !held.has(one.key) && (batch[0] ? one.group === batch[0].group : this.mayBegin(one.group));
      if (one.key !== undefined) held.add(one.key);
      if (!goes || batch.length >= limits.items || entries >= limits.entries) return true;
      if (one.key !== undefined) this.busy.add(one.key);
      entries += this.batching.weightOf?.(one.item) ?? 0;
      batch.push(one);
      return false;
    });
    return batch;
  }

  private mayBegin(group: string): boolean {
    return this.inFlight.filter((other) => other === group).length < limits.inFlightOfGroup;
  }

  private async send(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const answers = batch.length === 1 ? [] : await this.together(batch);
    const settled = batch.map((one, index) => {
      const answer = answers[index];
      return this.settle(one, answer ? answer.result : this.batching.alone(one.item));
    });
    // Neither its companions nor the next batch wait for an item that is sent alone.
    if (batch.length === 1) await settled[0];
  }

  /**
   * One bad item fails its companions, so each goes alone and gets its own answer. But when the store is unavailable
   * the statement may have been done: sent again, a removal could turn into "was not there".
   */
  private async together(
    batch: readonly Waiting<Item, Result>[],
  ): Promise<readonly (BatchedResult<Result | Promise<Result>> | undefined)[]> {
    try {
      return await this.batching.together(batch.map(({ item }) => item));
    } catch (error) {
      return error instanceof Unavailable ? batch.map(() => ({ result: Promise.reject(error) })) : [];
    }
  }

  private async settle(
    { key, answer }: Waiting<Item, Result>,
    result: Result | Promise<Result>,
  ): Promise<void> {
    answer(result);
    if (result instanceof Promise) await result.catch(() => undefined);
    if (key !== undefined && this.busy.delete(key) && this.waiting.length > 0) this.flushSoon();
  }
}
