import type { ChangedBy } from './caller';
import type { Instant } from './clock';
import type { ImageRef } from './image';

/** One change of an image's tags. A tag is its text. */
export interface RecordedChange extends ImageRef {
  readonly revision: number;
  readonly at: Instant;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The whole set after it, in order. */
  readonly tags: readonly string[];
  /** The revision that this change undoes or restores. */
  readonly reverts: number | null;
  readonly batch: string | null;
  readonly by: ChangedBy;
}

/** The `dialect` of an unrecorded change by a build without history, made at some time before the moment. */
export const unrecordedDialect = 'unrecorded';

/** Where a page of a project's history ends. */
export type HistoryCursor = Pick<RecordedChange, 'at' | 'imageId' | 'revision'>;

/** Of a project, newest first; absent members do not filter. */
export interface HistoryQuery {
  readonly projectId: string;
  readonly imageId?: string;
  /** A tag with this text or key was added or removed. */
  readonly name?: string;
  readonly key?: string;
  readonly userId?: string;
  readonly dialect?: string;
  readonly since?: Instant;
  /** Exclusive. */
  readonly until?: Instant;
  readonly after?: HistoryCursor;
  readonly limit: number;
}

/** An image's current tags. */
export interface CurrentTags {
  readonly revision: number;
  readonly updatedAt: Instant;
  readonly tags: readonly string[];
  /** Whether their last change is in the history. */
  readonly isRecorded: boolean;
}

export interface HistoryStore {
  /** @returns undefined if there is no such image */
  present(image: ImageRef): Promise<CurrentTags | undefined>;
  /** Newest first, below a revision. */
  ofImage(image: ImageRef, limit: number, before: number | null): Promise<readonly RecordedChange[]>;
  ofProject(query: HistoryQuery): Promise<readonly RecordedChange[]>;
  /** The change that made this revision. */
  change(image: ImageRef, revision: number): Promise<RecordedChange | undefined>;
  /** The last change at this moment or before it. */
  lastBefore(image: ImageRef, at: Instant): Promise<RecordedChange | undefined>;
  /** How far back it goes without a gap. */
  reach(image: ImageRef): Promise<HistoryRange | undefined>;
  /**
   * Removes older changes, oldest first.
   * @returns how many were removed; 0 only when nothing older is left
   */
  removeBefore(projectId: string, at: Instant, most: number): Promise<number>;
  /** Projects with history, in order, after one of them. */
  projects(after: string, most: number): Promise<readonly string[]>;
}

/** `oldest` is the first change after the last unrecorded one, or that one itself. */
export interface HistoryRange {
  readonly oldest: RecordedChange;
  readonly newest: RecordedChange;
}

/** Refusals specific to history, as facts. */
export type HistoryRefusal =
  /** No longer recorded; `oldest` is the first revision that is known. */
  | { readonly kind: 'history-expired'; readonly imageId: string; readonly oldest: number }
  /** It does not exist yet. */
  | { readonly kind: 'revision-not-found'; readonly imageId: string; readonly revision: number };

export class HistoryRefused extends Error {
  override readonly name = 'HistoryRefused';
  constructor(readonly refusal: HistoryRefusal) {
    super(refusal.kind);
  }
}
