import type { FeedHead, FeedCursor } from './feed';

/** What is known of a feed, and who waits for more of it. */
export interface FeedWaiters {
  readonly head: FeedHead;
  readonly waiting: Set<() => void>;
}

/** Of a reader that waits. */
export interface FeedWatch {
  /** Resolves when something follows the place, or the feed begins anew, or the watch is to end. */
  changed(place: FeedCursor): Promise<void>;
  close(): void;
}

/** @param signal ends its waits */
export function createFeedWatch(entry: FeedWaiters, signal: AbortSignal, leave: () => void): FeedWatch {
  let waiting: (() => void) | undefined;
  const end = (): void => {
    if (!waiting) return;
    entry.waiting.delete(waiting);
    waiting();
  };
  signal.addEventListener('abort', end);
  return {
    changed: ({ feedId, position }) => {
      const { head } = entry;
      if (head.feedId !== feedId || head.last > position || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting = resolve;
        entry.waiting.add(resolve);
      });
    },
    close: () => {
      signal.removeEventListener('abort', end);
      leave();
    },
  };
}

/** Readers that are woken at once. Requests are answered before the next: a thousand writes take tens of milliseconds. */
const wokenAtOnce = 100;

export function wakeAll(waiting: Set<() => void>): void {
  const all = [...waiting];
  waiting.clear();
  wakeFrom(all, 0);
}

function wakeFrom(all: readonly (() => void)[], first: number): void {
  const next = first + wokenAtOnce;
  for (const wake of all.slice(first, next)) wake();
  if (next < all.length) setImmediate(wakeFrom, all, next);
}
