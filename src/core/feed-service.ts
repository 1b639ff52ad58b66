import {
  type FeedEvent,
  type FeedHead,
  type FeedCursor,
  type FeedStore,
  canContinueFrom,
  type NumberedHead,
} from './feed';
import { type FeedWatch, wakeAll, createFeedWatch } from './feed-watch';
import { KeptEvents } from './kept-events';

/** Where to continue reading; `expired` if later events have been removed. */
export type FeedPage =
  | { readonly kind: 'page'; readonly events: readonly FeedEvent[]; readonly next: FeedCursor }
  | { readonly kind: 'expired' };

/** ms */
const intervals = {
  /** between polls for changes by other processes */
  poll: 250,
  /** for which this process batches its changes, so that many of them wake a reader once */
  gather: 20,
  /** more for each watcher, since each wake costs one write for each: many watchers are woken 14 times a second */
  gatherPerWatcher: 0.5,
  mostForWatchers: 70,
  /** more for each change of the look before: a look costs a commit and the wakes, however much it finds */
  gatherPerChange: 0.25,
  mostGather: 100,
};

/** Events that are read for all readers at once. */
const mostAtOnce = 2_000;

/** State of a project's feed while it has readers. */
interface Watched {
  head: FeedHead;
  /** Up to `head.last`, for readers at the end, which would otherwise all read the same ones from the store. */
  readonly kept: KeptEvents;
  readonly waiting: Set<() => void>;
  watchers: number;
  /** When this process last looked for changes. */
  lookedAt: number;
}

/**
 * The feeds of projects: every change once, in an order that keeps each image's revisions. Changes are numbered
 * only for projects with readers. This process polls once for all its readers.
 */
export class FeedService {
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private readonly woken = new Set<string>();
  private looking = false;
  /** Changes that the last look found. */
  private found = 0;
  private closed = false;

  /** @param onError receives background errors */
  constructor(
    private readonly store: FeedStore,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The position after everything committed before the call. */
  async now(projectId: string): Promise<FeedCursor> {
    const { feedId, last } = await this.store.number(projectId);
    return { feedId, position: last };
  }

  /** The position before the oldest event that is left. */
  async start(projectId: string): Promise<FeedCursor> {
    const { feedId, removedTo } = await this.store.number(projectId);
    return { feedId, position: removedTo };
  }

  /** Without a promise for what is in memory: a wake asks it for every watcher. */
  read(projectId: string, after: FeedCursor, limit: number): FeedPage | Promise<FeedPage> {
    const known = this.watched.get(projectId);
    if (!known || !canContinueFrom(after, known.head)) return this.readAgain(projectId, after, limit);
    const events = after.position === known.head.last ? [] : known.kept.behind(after.position, limit);
    return events ? pageOf(after, events) : this.readStored(projectId, after, limit);
  }

  /**
   * While it is open, this process polls for changes of the project.
   * @param signal ends every wait
   */
  async watch(projectId: string, signal: AbortSignal): Promise<FeedWatch> {
    const before = this.watched.get(projectId);
    const head = before?.head ?? (await this.store.number(projectId));
    const entry = this.watched.get(projectId) ?? {
      ...{ head, kept: new KeptEvents(), waiting: new Set(), watchers: 0, lookedAt: 0 },
    };
    this.watched.set(projectId, entry);
    entry.watchers++;
    this.schedule();
    return createFeedWatch(entry, signal, () => {
      if (--entry.watchers === 0) this.watched.delete(projectId);
    });
  }

  get watchers(): number {
    return [...this.watched.values()].reduce((sum, { watchers }) => sum + watchers, 0);
  }

  /** Call after each commit of this process. */
  changed(projectId: string): void {
    if (this.closed || !this.watched.has(projectId)) return;
    this.woken.add(projectId);
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      const projects = [...this.woken];
      this.woken.clear();
      void this.look(projects);
    }, this.gathering());
  }

  /** Call after a feed began anew (null: every feed): readers of this process learn of it at once. */
  async restarted(projectId: string | null): Promise<void> {
    for (const one of projectId === null ? [...this.watched.keys()] : [projectId]) {
      await this.follow(one, undefined);
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.soon);
    for (const { waiting } of this.watched.values()) wakeAll(waiting);
  }

  /** The position may be unknown here only because another process numbered the changes before it. */
  private async readAgain(projectId: string, after: FeedCursor, limit: number): Promise<FeedPage> {
    const head = await this.store.number(projectId);
    return canContinueFrom(after, head) ? this.readStored(projectId, after, limit) : { kind: 'expired' };
  }

  private async readStored(projectId: string, after: FeedCursor, limit: number): Promise<FeedPage> {
    const events = await this.store.read(projectId, after.position, limit);
    // Retention, a reset or an import may have intervened.
    const head = (await this.store.heads([projectId])).get(projectId);
    if (!head || !canContinueFrom(after, { ...head, last: Math.max(head.last, after.position) })) {
      return { kind: 'expired' };
    }
    return pageOf(after, events);
  }

  private gathering(): number {
    const { gather, gatherPerWatcher, mostForWatchers, gatherPerChange, mostGather } = intervals;
    const forWatchers = Math.min(mostForWatchers, gather + this.watchers * gatherPerWatcher);
    return Math.min(mostGather, forWatchers + this.found * gatherPerChange);
  }

  private schedule(): void {
    if (this.timer !== undefined || this.closed || this.watched.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.look(this.due()).finally(() => {
        this.schedule();
      });
    }, intervals.poll);
  }

  /** A look after a change of this process has found those of others, too. */
  private due(): string[] {
    const since = performance.now() - intervals.poll / 2;
    return [...this.watched].filter(([, { lookedAt }]) => lookedAt < since).map(([projectId]) => projectId);
  }

  private async look(projectIds: readonly string[]): Promise<void> {
    if (this.looking || this.closed) {
      for (const projectId of projectIds) this.woken.add(projectId);
      return;
    }
    if (projectIds.length === 0) return;
    this.looking = true;
    this.found = 0;
    try {
      const heads = await this.store.heads(projectIds);
      for (const projectId of projectIds) this.found += await this.follow(projectId, heads.get(projectId));
    } catch (error) {
      this.onError(error);
    } finally {
      this.looking = false;
    }
    if (this.woken.size > 0) this.changed([...this.woken][0] ?? '');
  }

  /** @returns how many changes are new */
  private async follow(
    projectId: string,
    found: (FeedHead & { waiting: boolean }) | undefined,
  ): Promise<number> {
    const entry = this.watched.get(projectId);
    if (!entry) return 0;
    const head = found?.waiting === false ? found : await this.store.number(projectId, found);
    if (head.feedId !== entry.head.feedId) entry.kept.clear();
    else if (head.last > entry.head.last) await this.keep(projectId, entry, head);
    const before = entry.head;
    const count = head.feedId === before.feedId ? head.last - before.last : 0;
    entry.head = head;
    entry.lookedAt = performance.now();
    if (head.feedId !== before.feedId || count > 0) wakeAll(entry.waiting);
    return count;
  }

  /** Readers at the end get new events directly; those further behind read the store. */
  private async keep(projectId: string, { head: before, kept }: Watched, head: NumberedHead): Promise<void> {
    const count = head.last - before.last;
    // A longer backlog is read by readers in pages.
    const events = count > mostAtOnce ? [] : await this.eventsOf(projectId, head, count);
    if (events.length < count) kept.clear();
    else kept.append(events);
  }

  private async eventsOf(
    projectId: string,
    { last, events }: NumberedHead,
    count: number,
  ): Promise<readonly FeedEvent[]> {
    const latest = events?.slice(-count) ?? [];
    if (latest.length === count && latest[0]?.position === last - count + 1) return latest;
    return this.store.read(projectId, last - count, count);
  }
}

function pageOf({ feedId, position }: FeedCursor, events: readonly FeedEvent[]): FeedPage {
  return { kind: 'page', events, next: { feedId, position: events.at(-1)?.position ?? position } };
}
