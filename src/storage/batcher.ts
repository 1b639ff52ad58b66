import { Unavailable } from '../core/errors';

/** What a batcher sends together, and how. */
export interface Batching<Item, Result> {
  /** Of what one statement holds, as metrics show it. */
  readonly kind: string;
  /** Only items of one group go into one statement. */
  readonly groupOf: (item: Item) => string;
  /** Items with one key are never in one statement, and keep their order. */
  readonly keyOf?: (item: Item) => string;
  /** How many entries an item brings. */
  readonly weightOf?: (item: Item) => number;
  /** Each item's result, in order; `undefined` for one that must be sent alone. */
  readonly together: (items: readonly Item[]) => Promise<readonly (Answered<Result> | undefined)[]>;
  readonly alone: (item: Item) => Promise<Result>;
}

export interface Answered<Result> {
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
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
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
  /** Statements in flight, of each group and of all. */
  private readonly ofGroup = new Map<string, number>();
  private inFlight = 0;
  private flushing = false;

  constructor(
    private readonly batching: Batching<Item, Result>,
    private readonly observe: (kind: string, size: number) => void,
  ) {}

  submit(item: Item): Promise<Result> {
    const { groupOf, keyOf } = this.batching;
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, group: groupOf(item), key: keyOf?.(item), resolve, reject });
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
    while (this.inFlight < limits.inFlight && this.waiting.length > 0) {
      const batch = this.take();
      const group = batch[0]?.group;
      if (group === undefined) return;
      this.count(group, 1);
      this.observe(this.batching.kind, batch.length);
      void this.send(batch).finally(() => {
        this.count(group, -1);
        this.flush();
      });
    }
  }

  private count(group: string, step: 1 | -1): void {
    this.inFlight += step;
    const left = (this.ofGroup.get(group) ?? 0) + step;
    if (left === 0) this.ofGroup.delete(group);
    else this.ofGroup.set(group, left);
  }

  /** The oldest item that can go, and what of its group can go with it. */
  private take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const passed = new Set<string>();
    let entries = 0;
    for (const one of this.waiting) {
      if (this.goesInto(batch, one, entries) && !this.isHeld(one, passed)) {
        if (one.key !== undefined) this.busy.add(one.key);
        entries += this.batching.weightOf?.(one.item) ?? 0;
        batch.push(one);
      } else {
        // Later items with this key stay behind it.
        if (one.key !== undefined) passed.add(one.key);
        left.push(one);
      }
    }
    this.waiting = left;
    return batch;
  }

  private goesInto(
    [first, ...others]: readonly Waiting<Item, Result>[],
    { group }: Waiting<Item, Result>,
    entries: number,
  ): boolean {
    if (!first) return (this.ofGroup.get(group) ?? 0) < limits.inFlightOfGroup;
    return first.group === group && others.length + 1 < limits.items && entries < limits.entries;
  }

  private isHeld({ key }: Waiting<Item, Result>, passed: ReadonlySet<string>): boolean {
    return key !== undefined && (this.busy.has(key) || passed.has(key));
  }

  private async send(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const [first] = batch;
    if (first && batch.length === 1) {
      await this.sendAlone(first);
      return;
    }
    try {
      const answers = await this.batching.together(batch.map(({ item }) => item));
      batch.forEach((one, index) => {
        const answer = answers[index];
        // Its companions do not wait for it, nor does the next batch.
        if (answer === undefined) void this.sendAlone(one);
        else
          this.settle(one, () => {
            one.resolve(answer.result);
          });
      });
    } catch (error) {
      for (const one of batch) this.afterFailure(one, error);
    }
  }

  private async sendAlone(one: Waiting<Item, Result>): Promise<void> {
    try {
      const result = await this.batching.alone(one.item);
      this.settle(one, () => {
        one.resolve(result);
      });
    } catch (error) {
      this.settle(one, () => {
        one.reject(error);
      });
    }
  }

  /**
   * One bad item fails its companions, so each goes alone and gets its own answer. But when the store is unavailable
   * the statement may have been done: sent again, a removal could turn into "was not there".
   */
  private afterFailure(one: Waiting<Item, Result>, error: unknown): void {
    if (error instanceof Unavailable)
      this.settle(one, () => {
        one.reject(error);
      });
    else void this.sendAlone(one);
  }

  /** Items that waited for this key may go. */
  private settle({ key }: Waiting<Item, Result>, answer: () => void): void {
    answer();
    if (key === undefined) return;
    this.busy.delete(key);
    if (this.waiting.length > 0) this.flushSoon();
  }
}
