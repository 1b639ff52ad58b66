import type { Action } from './action';
import type { ImageStatus } from './image-status';

/**
 * Why a tag is none: its text is over 255 code points (`too-long`) or cannot be stored (`not-text`); the rest
 * are rules that a dialect has for keys and values.
 */
export type TagFault =
  | 'too-long'
  | 'not-text'
  | 'key-blank'
  | 'key-too-long'
  | 'key-characters'
  | 'value-too-long'
  | 'value-characters';

/** What the core refuses, as facts. Each dialect decides how a refusal looks on the wire. */
export type Refusal =
  | { readonly kind: 'image-not-found'; readonly imageId: string }
  /** It is there, but the caller's scope or role may not read images at all (a dialect may say less then). */
  | { readonly kind: 'image-not-readable'; readonly imageId: string }
  | { readonly kind: 'tag-not-found'; readonly imageId: string; readonly tag: string }
  /** Visible, but not to be acted on so: `because` tells whether the role or the ownership is missing. */
  | {
      readonly kind: 'not-allowed';
      readonly action: Action;
      readonly because: 'role' | 'owner';
      readonly imageId: string | null;
    }
  | {
      readonly kind: 'tag-limit-reached';
      readonly imageId: string;
      readonly attempted: number;
      readonly limit: number;
    }
  /** The tags are at another revision than the change was made for. */
  | { readonly kind: 'changed-meanwhile'; readonly imageId: string; readonly revision: number }
  /** The project wants changes to name the state that they were made for. */
  | { readonly kind: 'guard-required'; readonly imageId: string }
  /** `limit`: code points that there may be; `character`: the first one that is not allowed */
  | {
      readonly kind: 'tag-invalid';
      readonly tag: string;
      readonly fault: TagFault;
      readonly limit?: number;
      readonly character?: string;
    }
  | { readonly kind: 'image-exists'; readonly imageId: string }
  | { readonly kind: 'image-protected'; readonly imageId: string }
  | { readonly kind: 'owner-not-allowed'; readonly owner: string | null }
  /** `hidden`: it is there, but not for this caller. */
  | { readonly kind: 'marker-not-found'; readonly imageId: string; readonly hidden: boolean }
  | { readonly kind: 'property-limit-reached'; readonly attempted: number; readonly limit: number }
  /** It would read more than this many rows: no index leads to what is asked for. */
  | { readonly kind: 'search-too-wide'; readonly limit: number }
  /** `limit`: code points of a name, bytes of a value */
  | { readonly kind: 'property-too-long'; readonly part: 'name' | 'value'; readonly limit: number }
  /** Only images with the visibility `shared` have members. */
  | { readonly kind: 'not-shared'; readonly imageId: string }
  | { readonly kind: 'member-not-found'; readonly imageId: string; readonly memberId: string }
  | { readonly kind: 'member-exists'; readonly imageId: string; readonly memberId: string }
  | {
      readonly kind: 'member-limit-reached';
      readonly imageId: string;
      readonly attempted: number;
      readonly limit: number;
    }
  /** An image does not go from the one status to the other. */
  | {
      readonly kind: 'wrong-status';
      readonly imageId: string;
      readonly from: ImageStatus;
      readonly to: ImageStatus;
    }
  /** Data is taken only when it is said what it is. */
  | {
      readonly kind: 'formats-missing';
      readonly imageId: string;
      readonly missing: readonly ('diskFormat' | 'containerFormat')[];
    }
  /** The data of a deactivated image is for admins only. */
  | { readonly kind: 'data-deactivated'; readonly imageId: string }
  /** `limit` in bytes */
  | { readonly kind: 'data-too-large'; readonly imageId: string; readonly limit: number }
  /** The disk has no room for the data. */
  | { readonly kind: 'data-no-room'; readonly imageId: string }
  /** The image was deleted while its data came in. */
  | { readonly kind: 'image-gone'; readonly imageId: string };

/** Thrown by the core for everything that a caller can cause. Carries no status and no sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.kind);
  }
}

/**
 * The store cannot be asked now. `outcome` says whether the change that was asked for certainly did not
 * happen, or may have: a lost connection after the statement was sent must never become a wrong answer.
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
