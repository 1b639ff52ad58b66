import type { ChangedBy } from './caller';
import type { Instant } from './clock';
import type { ImageRef } from './image';
import type { Tag } from './tag';

/** Tags of an image: the one with this text, or those with this key and value. A null value is any value. */
export type TagSelector = { readonly name: string } | { readonly key: string; readonly value: string | null };

/** Who changes something, and when. */
export interface Stamp {
  readonly by: ChangedBy;
  readonly at: Instant;
  /** No state was named that the change is made for; whether one must be is a setting of the project. */
  readonly unguarded?: boolean;
  /** False where no history is kept. */
  readonly recorded?: boolean;
}

/** What happens to the tags of one image, whole or not at all. */
export interface TagChange extends Stamp {
  readonly image: ImageRef;
  /** What goes, unless `put` has it, too. */
  readonly remove: readonly TagSelector[] | 'all';
  /** What is there afterwards; each text once. */
  readonly put: readonly Tag[];
  /** Tags that the image may have; only growth beyond it is refused. */
  readonly limit: number | null;
  /** Whether it is `tag-missing` that nothing is there to remove. */
  readonly mustExist: boolean;
  /** Revisions that the change was made for. */
  readonly ifRevision: readonly number[] | null;
  /** The revision that it takes back, or goes back to. */
  readonly reverts?: number | null;
}

/**
 * What became of a change. Refusals are found in the order of this list, and change nothing. A change that finds all as
 * it shall be is `done`, moves the image's `updatedAt` and keeps the revision.
 */
export type TagOutcome =
  | { readonly kind: 'image-missing' }
  | { readonly kind: 'tag-missing' }
  /** @param attempted tags that the image would have had */
  | { readonly kind: 'over-limit'; readonly attempted: number }
  /** The project wants a state to be named. */
  | { readonly kind: 'guard-required' }
  | { readonly kind: 'changed-meanwhile'; readonly revision: number }
  | TagsChanged;

export interface TagsChanged {
  readonly kind: 'done';
  /** As it is now. */
  readonly revision: number;
  /** Texts that were not there before, and those that are there no more. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The tags of an image, in order of their texts. */
export interface TagSet {
  readonly tags: readonly Tag[];
  readonly revision: number;
  readonly updatedAt: Instant;
}
