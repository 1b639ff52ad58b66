import type { RecordedChange } from './history';

/** A change with its sequence number in the project's feed: dense, and in revision order per image. */
export interface FeedEvent extends RecordedChange {
  readonly position: number;
}

export interface FeedHead {
  /** Replaced by a reset or an import, which invalidates earlier positions. */
  readonly feedId: string;
  /** The last event removed by retention. */
  readonly removedTo: number;
  readonly last: number;
}

/** `events` end with `last`; those that this call has numbered, if they are few. */
export interface NumberedHead extends FeedHead {
  readonly events?: readonly FeedEvent[];
}

/** The last event a reader has seen. */
export interface FeedCursor {
  readonly feedId: string;
  readonly position: number;
}

export interface FeedStore {
  /**
   * Numbers every unnumbered change. A project's feed begins with the first call. Everything committed before the
   * call is then numbered, unless another gateway is doing so for longer than a second.
   * @param seen what `heads` has just shown, with changes waiting
   */
  number(projectId: string, seen?: FeedHead): Promise<NumberedHead>;
  /** Those of these projects whose feed has begun; `waiting` if some changes have no number yet. */
  heads(
    projectIds: readonly string[],
  ): Promise<ReadonlyMap<string, FeedHead & { readonly waiting: boolean }>>;
  read(projectId: string, after: number, limit: number): Promise<readonly FeedEvent[]>;
}

/** Can a reader continue from here without missing anything? */
export function canContinueFrom({ feedId, position }: FeedCursor, head: FeedHead): boolean {
  return feedId === head.feedId && position >= head.removedTo && position <= head.last;
}
