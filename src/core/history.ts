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
  /** The revision that this change takes back, or goes back to. */
  readonly reverts: number | null;
  readonly batch: string | null;
  readonly by: ChangedBy;
}

/** The `dialect` of what a build without history changed: somebody did something at some time before the moment. */
export const unrecorded = 'unrecorded';

/** Where a page of a project's history ends. */
export type HistoryPlace = Pick<RecordedChange, 'at' | 'imageId' | 'revision'>;

/** Of a project, the newest first; what is absent asks nothing. */
export interface HistoryQuery {
  readonly projectId: string;
  readonly imageId?: string;
  /** A tag of this text, or with this key, came or went. */
  readonly name?: string;
  readonly key?: string;
  readonly userId?: string;
  readonly dialect?: string;
  readonly since?: Instant;
  /** Not itself among them. */
  readonly until?: Instant;
  readonly after?: HistoryPlace;
  readonly limit: number;
}

/** The tags of an image as they are. */
export interface PresentTags {
  readonly revision: number;
  readonly updatedAt: Instant;
  readonly tags: readonly string[];
  /** Whether the last change of them is in the history. */
  readonly isRecorded: boolean;
}

export interface HistoryStore {
  /** @returns undefined when there is no such image */
  present(image: ImageRef): Promise<PresentTags | undefined>;
  /** The newest first, below a revision. */
  ofImage(image: ImageRef, limit: number, before: number | null): Promise<readonly RecordedChange[]>;
  ofProject(query: HistoryQuery): Promise<readonly RecordedChange[]>;
  /** The change that made this revision. */
  change(image: ImageRef, revision: number): Promise<RecordedChange | undefined>;
  /** The last change at this moment or before it. */
  lastBefore(image: ImageRef, at: Instant): Promise<RecordedChange | undefined>;
  /** What it goes back to without a gap. */
  reach(image: ImageRef): Promise<HistoryReach | undefined>;
  /**
   * Removes what is older, the oldest first.
   * @returns how many were removed; fewer than `most` when there is no more
   */
  removeBefore(projectId: string, at: Instant, most: number): Promise<number>;
  /** Projects with history, in order, behind one of them. */
  projects(after: string, most: number): Promise<readonly string[]>;
}

/** `oldest` is the first change behind the last unrecorded one, or that one itself. */
export interface HistoryReach {
  readonly oldest: RecordedChange;
  readonly newest: RecordedChange;
}

/** What only history can refuse, as facts. */
export type HistoryRefusal =
  /** Nothing tells of it any more; `oldest` is the first revision that can be known. */
  | { readonly kind: 'history-expired'; readonly imageId: string; readonly oldest: number }
  /** It is yet to come. */
  | { readonly kind: 'revision-not-found'; readonly imageId: string; readonly revision: number };

export class HistoryRefused extends Error {
  override readonly name = 'HistoryRefused';
  constructor(readonly refusal: HistoryRefusal) {
    super(refusal.kind);
  }
}
