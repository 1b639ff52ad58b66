import type { RecordedChange } from './history';

/** A change with its place in its project's feed: dense, and per image in the order of revisions. */
export interface FeedEvent extends RecordedChange {
  readonly position: number;
}

export interface FeedHead {
  /** Another one after a reset or an import: places of the feed before mean nothing then. */
  readonly feedId: string;
  /** Up to here retention has removed. */
  readonly removedTo: number;
  readonly last: number;
}

/** Behind which event a reader is. */
export interface FeedPlace {
  readonly feedId: string;
  readonly position: number;
}

export interface FeedStore {
  /**
   * Gives every change that has none its number, unless another gateway is just doing so. A project's feed begins
   * with the first call. Whatever was committed before the call is then numbered, or about to be.
   */
  number(projectId: string): Promise<FeedHead>;
  /** Of these projects, those whose feed has begun; `waiting` where changes have no number yet. */
  heads(
    projectIds: readonly string[],
  ): Promise<ReadonlyMap<string, FeedHead & { readonly waiting: boolean }>>;
  read(projectId: string, after: number, limit: number): Promise<readonly FeedEvent[]>;
}

/** Can a reader go on from here without missing anything? */
export function isReadable({ feedId, position }: FeedPlace, head: FeedHead): boolean {
  return feedId === head.feedId && position >= head.removedTo && position <= head.last;
}
