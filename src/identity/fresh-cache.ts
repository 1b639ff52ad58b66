import { LRUCache } from 'lru-cache';
import type { Clock, Instant } from '../core/clock';
import { plusSeconds } from './time';

interface Entry<Value> {
  readonly value: Value;
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * What was looked up, kept for some seconds and bounded in number. Many who ask for the same thing at once
 * make one look-up. After `clear`, nobody is given anything that was looked up before it.
 */
export class FreshCache<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private under = new Map<string, Promise<Value | undefined>>();
  private generation = 0;

  constructor(
    private readonly clock: Clock,
    size: number,
    private readonly seconds: number,
  ) {
    this.entries = new LRUCache({ max: size });
  }

  get(key: string, now: Instant): Value | undefined {
    const entry = this.entries.get(key);
    // A clock that was set back must not lengthen an entry's life.
    return entry !== undefined && now < entry.until && now >= entry.from ? entry.value : undefined;
  }

  /** Looks it up, or joins who does already. `undefined` is not kept. */
  load(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const before = this.under.get(key);
    if (before) return before;
    const loading = this.read(key, read);
    this.under.set(key, loading);
    return loading;
  }

  clear(): void {
    this.generation++;
    this.entries.clear();
    this.under = new Map();
  }

  private async read(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const { generation, under } = this;
    const from = this.clock.now();
    try {
      const value = await read();
      if (value !== undefined && generation === this.generation) {
        this.entries.set(key, { value, from, until: plusSeconds(from, this.seconds) });
      }
      return value;
    } finally {
      under.delete(key);
    }
  }
}
