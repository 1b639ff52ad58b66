import type { ChangedBy } from './caller';
import type { Instant } from './clock';
import type { ImageRef } from './image';
import type { Tag } from './tag';

/** Tags of an image: the one with this text, or those with this key and value. A null value matches any. */
export type TagMatcher = { readonly name: string } | { readonly key: string; readonly value: string | null };

/** Who changes something, and when. */
export interface ChangeStamp {
  readonly by: ChangedBy;
  readonly at: Instant;
  /** The change names no state that it was made for; a project setting says whether it must. */
  readonly unguarded?: boolean;
  /** False if no history is kept. */
  readonly recorded?: boolean;
}

/** An atomic change of one image's tags. */
export interface TagChange extends ChangeStamp {
  readonly image: ImageRef;
  /** Tags to remove, except those also in `put`. */
  readonly remove: readonly TagMatcher[] | 'all';
  /** Tags present afterwards; each text once. */
  readonly put: readonly Tag[];
  /** Maximum number of tags; only growth beyond it is refused. */
  readonly limit: number | null;
  /** Whether having nothing to remove is `tag-missing`. */
  readonly mustExist: boolean;
  /** Revisions the change was made for. */
  readonly ifRevision: readonly number[] | null;
  /** The revision it undoes or restores. */
  readonly reverts?: number | null;
}

/**
 * The outcome of a change. Refusals are checked in the order of this list, and change nothing. A change without effect
 * is `done`, moves the image's `updatedAt` and keeps the revision.
 */
export type TagOutcome =
  | { readonly kind: 'image-missing' }
  | { readonly kind: 'tag-missing' }
  /** @param attempted tags the image would have had */
  | { readonly kind: 'over-limit'; readonly attempted: number }
  /** The project requires a state to be named. */
  | { readonly kind: 'guard-required' }
  | { readonly kind: 'changed-meanwhile'; readonly revision: number }
  | TagChangeDone;

export interface TagChangeDone {
  readonly kind: 'done';
  /** As it is now. */
  readonly revision: number;
  /** Texts added, and texts removed. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** An image's tags, in text order. */
export interface TagSet {
  readonly tags: readonly Tag[];
  readonly revision: number;
  readonly updatedAt: Instant;
}
