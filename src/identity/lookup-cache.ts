import { LRUCache } from 'lru-cache';
import type { Clock, Instant } from '../core/clock';
import { addWholeSeconds } from './time';

/** Hits and misses of a cache since the start, and its number of entries. */
export interface CacheStatistics {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly size: number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * A bounded cache of look-ups, kept for some seconds. Concurrent requests for the same key share one look-up. After
 * `clear`, no caller gets anything that was looked up before it.
 */
export class LookupCache<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private under = new Map<string, Promise<Value | undefined>>();
  private generation = 0;
  private hits = 0;
  private misses = 0;

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
    if (entry === undefined || now >= entry.until || now < entry.from) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    return entry.value;
  }

  facts(name: string): CacheStatistics {
    return { name, hits: this.hits, misses: this.misses, size: this.entries.size };
  }

  /** Looks it up, or joins a look-up in flight. `undefined` is not kept. */
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
        this.entries.set(key, { value, from, until: addWholeSeconds(from, this.seconds) });
      }
      return value;
    } finally {
      under.delete(key);
    }
  }
}
