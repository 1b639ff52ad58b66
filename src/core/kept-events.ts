import type { FeedEvent } from './feed';

/** Of one feed. Characters are those of its tags and of what is about the same in every event. */
const most = { events: 2_000, characters: 4 * 1024 * 1024, pages: 32 };

/** Of an event without its tags, roughly. */
const bareLength = 500;

interface Page {
  readonly limit: number;
  readonly events: readonly FeedEvent[];
}

/** The latest events of a feed, without a gap. Readers at the same position share one page. */
export class KeptEvents {
  private events: readonly FeedEvent[] = [];
  private characters = 0;
  private readonly pages = new Map<number, Page>();

  /** @param events follow the last one that is kept */
  append(events: readonly FeedEvent[]): void {
    const all = [...this.events, ...events];
    this.characters += lengthOf(events);
    let first = Math.max(0, all.length - most.events);
    this.characters -= lengthOf(all.slice(0, first));
    while (this.characters > most.characters && first < all.length) {
      this.characters -= lengthOf(all.slice(first, ++first));
    }
    this.events = all.slice(first);
    const oldest = this.events[0]?.position ?? Infinity;
    for (const [position, page] of this.pages) {
      // A full page stays as it is.
      if (page.events.length < page.limit || position + 1 < oldest) this.pages.delete(position);
    }
  }

  clear(): void {
    this.pages.clear();
    this.events = [];
    this.characters = 0;
  }

  /** @returns the same array to each reader while it would hold the same; undefined if some of it is not kept */
  behind(position: number, limit: number): readonly FeedEvent[] | undefined {
    const first = this.events[0]?.position ?? Infinity;
    if (position + 1 < first) return undefined;
    const known = this.pages.get(position);
    if (known?.limit === limit) return known.events;
    const from = position + 1 - first;
    const events = this.events.slice(from, from + limit);
    if (this.pages.size < most.pages) this.pages.set(position, { limit, events });
    return events;
  }
}

function lengthOf(events: readonly FeedEvent[]): number {
  let length = events.length * bareLength;
  for (const { added, removed, tags } of events) {
    for (const names of [added, removed, tags]) for (const name of names) length += name.length;
  }
  return length;
}
