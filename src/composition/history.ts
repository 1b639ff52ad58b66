import type { Config } from '../settings/config';
import type { Clock } from '../core/clock';
import type { Observe } from '../core/observe';
import type { FeedStore } from '../core/feed';
import { FeedService } from '../core/feed-service';
import type { HistoryStore } from '../core/history';
import { HistoryRetention } from '../core/history-retention';
import { Watchers } from '../http/watchers';
import type { Database } from '../storage/database/database';
import type { ProcessRole } from './role';
import { PostgresFeedStore } from '../storage/history/feed-store';
import { PostgresHistoryStore } from '../storage/history/history-store';

/** The history of changes; its services are absent if the settings turn it off. */
export interface History {
  readonly store?: HistoryStore;
  readonly feedStore?: FeedStore;
  readonly feed?: FeedService;
  readonly watchers: Watchers;
  /** Call after a commit. */
  readonly changed: (projectId: string) => void;
  /** Call after a project's history, or with null that of every project, was replaced. */
  readonly restarted: (projectId: string | null) => Promise<void>;
  /** Removes what has expired now. @returns how many changes */
  readonly removeExpired: () => Promise<number>;
  readonly close: () => void;
}

const nothing = {
  changed: () => undefined,
  restarted: () => Promise.resolve(),
  removeExpired: () => Promise.resolve(0),
  close: () => undefined,
};

/** @param role expired history is removed by one process of a gateway */
export function createHistory(
  { history, watchersPerProject }: Config,
  database: Database,
  clock: Clock,
  { whenCleaner }: ProcessRole,
  observe: Observe<{ readonly kind: 'background-failed'; readonly error: unknown }>,
): History {
  const watchers = new Watchers(watchersPerProject);
  if (!history) {
    return { watchers, ...nothing };
  }
  const onError = (error: unknown): void => {
    observe({ kind: 'background-failed', error });
  };
  const store = new PostgresHistoryStore(database);
  const feedStore = new PostgresFeedStore(database);
  const feed = new FeedService(feedStore, onError);
  const { days } = history;
  const retention = days === null ? null : new HistoryRetention(store, clock, days, onError);
  whenCleaner(() => {
    retention?.start();
  });
  return {
    store,
    feedStore,
    feed,
    watchers,
    changed: (projectId) => {
      feed.changed(projectId);
    },
    restarted: (projectId) => feed.restarted(projectId),
    removeExpired: () => retention?.run() ?? Promise.resolve(0),
    close: () => {
      watchers.end();
      feed.close();
      retention?.close();
    },
  };
}
