import type { PolicyAction } from './action';
import type { ImageStatus } from './image-status';
import type { ImportMethod } from './import-method';

/**
 * Why a tag is invalid: over 255 code points (`too-long`) or not storable (`not-text`); the rest
 * are a dialect's rules for keys and values.
 */
export type TagFault =
  | 'too-long'
  | 'not-text'
  | 'key-blank'
  | 'key-too-long'
  | 'key-characters'
  | 'value-too-long'
  | 'value-characters';

/** The action is forbidden: `because` is the missing role or ownership. */
export interface NotAllowed {
  readonly kind: 'not-allowed';
  readonly action: PolicyAction;
  readonly because: 'role' | 'owner';
  readonly imageId: string | null;
}

/** Of every service that works on an image. */
export type AccessRefusal =
  | NotAllowed
  | { readonly kind: 'image-not-found'; readonly imageId: string }
  /** It exists, but the caller's scope or role may not read images at all (a dialect may reveal less). */
  | { readonly kind: 'image-not-readable'; readonly imageId: string };

export type TagRefusal =
  | { readonly kind: 'tag-not-found'; readonly imageId: string; readonly tag: string }
  | {
      readonly kind: 'tag-limit-reached';
      readonly imageId: string;
      readonly attempted: number;
      readonly limit: number;
    }
  /** The tags' revision is not the one the change was made for. */
  | { readonly kind: 'changed-meanwhile'; readonly imageId: string; readonly revision: number }
  /** The project requires changes to name the state they were made for. */
  | { readonly kind: 'guard-required'; readonly imageId: string }
  /** `limit`: maximum code points; `character`: the first forbidden one */
  | {
      readonly kind: 'tag-invalid';
      readonly tag: string;
      readonly fault: TagFault;
      readonly limit?: number;
      readonly character?: string;
    };

/** Of writers of whole lists: it was made from an older state, which the writer was shown last. */
export interface StaleListRefusal {
  readonly kind: 'stale-list';
  readonly imageId: string;
  readonly revision: number;
  readonly shownRevision: number;
}

export type SearchRefusal =
  | NotAllowed
  /** It would read more than this many rows: no index fits the query. */
  | { readonly kind: 'search-too-wide'; readonly limit: number };

export type ImageRefusal =
  /** A page's marker. `hidden`: it exists, but not for this caller. */
  | { readonly kind: 'marker-not-found'; readonly imageId: string; readonly hidden: boolean }
  | { readonly kind: 'image-exists'; readonly imageId: string }
  | { readonly kind: 'image-protected'; readonly imageId: string }
  | { readonly kind: 'owner-not-allowed'; readonly owner: string | null }
  /** `attempted`: with the images of this request */
  | {
      readonly kind: 'image-limit-reached';
      readonly projectId: string;
      readonly added: number;
      readonly attempted: number;
      readonly limit: number;
    }
  | { readonly kind: 'property-limit-reached'; readonly attempted: number; readonly limit: number }
  /** `limit`: code points of a name, bytes of a value */
  | { readonly kind: 'property-too-long'; readonly part: 'name' | 'value'; readonly limit: number };

export type MemberRefusal =
  /** Only images with the visibility `shared` have members. */
  | { readonly kind: 'not-shared'; readonly imageId: string }
  | { readonly kind: 'member-not-found'; readonly imageId: string; readonly memberId: string }
  | { readonly kind: 'member-exists'; readonly imageId: string; readonly memberId: string }
  | {
      readonly kind: 'member-limit-reached';
      readonly imageId: string;
      readonly attempted: number;
      readonly limit: number;
    };

export type DataRefusal =
  /** No transition between the two statuses. */
  | {
      readonly kind: 'wrong-status';
      readonly imageId: string;
      readonly from: ImageStatus;
      readonly to: ImageStatus;
    }
  /** Uploads require the formats to be set. */
  | {
      readonly kind: 'formats-missing';
      readonly imageId: string;
      readonly missing: readonly ('diskFormat' | 'containerFormat')[];
    }
  /** Only admins read the data of a deactivated image. */
  | { readonly kind: 'data-deactivated'; readonly imageId: string }
  /** `limit` in bytes */
  | { readonly kind: 'data-too-large'; readonly imageId: string; readonly limit: number }
  /** The disk has no room for the data. */
  | { readonly kind: 'data-no-room'; readonly imageId: string }
  /** The image was deleted during the upload. */
  | { readonly kind: 'image-gone'; readonly imageId: string }
  /** The data are of another format than the image says, or hold what no image may. */
  | {
      readonly kind: 'format-mismatch';
      readonly imageId: string;
      readonly claimed: string;
      readonly found: string;
      readonly unsafe: boolean;
    };

/** Of the service that imports. */
export type ImportRefusal =
  /** The image is in a status from which this cannot begin. */
  | {
      readonly kind: 'import-not-possible';
      readonly imageId: string;
      readonly method: ImportMethod;
      readonly status: ImageStatus;
    }
  | { readonly kind: 'import-formats-missing'; readonly missing: 'containerFormat' | 'diskFormat' }
  /** Too many are waiting already. */
  | { readonly kind: 'too-many-imports'; readonly limit: number }
  | { readonly kind: 'task-not-found'; readonly taskId: string };

/** What the services refuse, as facts. A surface maps those of the services that it calls to its wire format. */
export type Refusal =
  | AccessRefusal
  | TagRefusal
  | StaleListRefusal
  | SearchRefusal
  | ImageRefusal
  | MemberRefusal
  | DataRefusal
  | ImportRefusal;

/** A surface's answer to each refusal of the services that it calls. */
export type RefusalAnswers<Of extends Refusal, Answer> = {
  readonly [Kind in Of['kind']]: (refusal: Extract<Of, { kind: Kind }>) => Answer;
};

/** @returns undefined for errors that are no refusal of those services */
export function refusalAnswer<Of extends Refusal, Answer>(
  answers: RefusalAnswers<Of, Answer>,
  error: unknown,
): Answer | undefined {
  if (!(error instanceof Refused)) return undefined;
  const byKind = answers as Partial<Record<Refusal['kind'], (refusal: Refusal) => Answer>>;
  return byKind[error.refusal.kind]?.(error.refusal);
}

/** Thrown by the core for everything a caller can cause. Carries no status and no sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

/**
 * The store is unavailable. `outcome` says whether the requested change certainly did not happen, or may
 * have: a connection lost after the statement was sent must never become a wrong answer.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  constructor(
    message: string,
    readonly outcome: 'not-done' | 'unknown',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
