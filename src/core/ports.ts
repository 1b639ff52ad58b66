import type { Instant } from './clock';
import type {
  Image,
  ImageChange,
  ImageMember,
  ImageRef,
  ImageAccessFacts,
  MemberStatus,
  NewImage,
} from './image';
import type { TagCondition } from './tag-condition';
import type { TagPair } from './tag';
import type { ChangeStamp, TagChange, TagOutcome, TagSet } from './tag-change';

export interface TagStore {
  /** Each change on its own, atomic and durable; outcomes in the same order. */
  change(changes: readonly TagChange[]): Promise<readonly TagOutcome[]>;
  /** @returns undefined if there is no such image */
  list(image: ImageRef): Promise<TagSet | undefined>;
  /** The distinct pairs of all images of a project. */
  listProject(projectId: string): Promise<readonly TagPair[]>;
}

/** Looks an image up by id alone, which is needed only if it is not the caller's own. */
export interface ImageFinder {
  /** @param asking the project whose membership to return */
  find(imageId: string, asking: string | null): Promise<ImageAccessFacts | undefined>;
}

export interface ImageStore extends ImageFinder {
  /** @returns false if the id is taken, also by a deleted image */
  create(image: NewImage, stamp: ChangeStamp): Promise<boolean>;
  get(image: ImageRef): Promise<Image | undefined>;
  /**
   * Reads the image, calls `edit` for the change and writes it, while no other writer can change that image.
   * `edit` must be pure: it may be called again. If it throws, nothing is changed; an empty change leaves the
   * image untouched, including `updatedAt`.
   * @returns the new image, undefined if the image does not exist
   */
  change(
    image: ImageRef,
    stamp: ChangeStamp,
    edit: (image: Image) => ImageChange,
  ): Promise<Image | undefined>;
  /** @param check throws if the image must stay @returns the deleted image */
  remove(image: ImageRef, stamp: ChangeStamp, check: (image: Image) => void): Promise<Image | undefined>;
}

export type ImageField =
  | 'id'
  | 'name'
  | 'status'
  | 'visibility'
  | 'owner'
  | 'diskFormat'
  | 'containerFormat'
  | 'minDisk'
  | 'minRam'
  | 'size'
  | 'virtualSize'
  | 'checksum'
  | 'hashAlgo'
  | 'hashValue'
  | 'protected'
  | 'hidden'
  | 'createdAt'
  | 'updatedAt';

export type ComparisonOperator = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte';

export type ImageCondition =
  | {
      readonly kind: 'field';
      readonly field: ImageField;
      readonly op: ComparisonOperator;
      readonly value: string | number | boolean;
    }
  | { readonly kind: 'field-in'; readonly field: ImageField; readonly values: readonly string[] }
  | { readonly kind: 'property'; readonly name: string; readonly value: string }
  /** has this value, or lacks the property: its absence implies the value */
  | { readonly kind: 'property-or-absent'; readonly name: string; readonly value: string }
  /** the name contains the text, ignoring case */
  | { readonly kind: 'name-contains'; readonly text: string }
  | { readonly kind: 'tags'; readonly condition: TagCondition };

export interface SortKey {
  readonly field: ImageField;
  readonly descending: boolean;
}

/**
 * Which images are considered before any condition:
 * - `own`: the project's own;
 * - `public`: all public ones, `community` likewise;
 * - `shared`: those shared with the project by others, with this membership (`all`: any).
 */
export interface ImageSelection {
  readonly own: boolean;
  readonly public: boolean;
  readonly community: boolean;
  readonly shared: 'none' | 'all' | 'pending' | 'accepted' | 'rejected';
  /** Every project's images, for admins, of the visibilities that the other members name. */
  readonly everyProject: boolean;
}

/** The project's own images alone. */
export const ownImages: ImageSelection = {
  own: true,
  public: false,
  community: false,
  shared: 'none',
  everyProject: false,
};

export interface ImageQuery {
  readonly projectId: string;
  readonly source: ImageSelection;
  /** All must hold. */
  readonly where: readonly ImageCondition[];
  /** Ends in `id` to make the order total; the store adds nothing. */
  readonly sort: readonly SortKey[];
  /** Start after this image, which need not match. */
  readonly marker: Image | null;
  readonly offset: number;
  readonly limit: number;
  /** Omits properties, for lists that do not show them. */
  readonly withoutProperties?: true;
}

/** A page of images, also bounded in bytes. */
export interface ImagePage {
  readonly images: readonly Image[];
  /** It ends before its `limit`, because its images reach the maximum bytes of a page. */
  readonly isCut: boolean;
}

export interface ImageSearch {
  images(query: ImageQuery): Promise<readonly Image[]>;
  page(query: ImageQuery): Promise<ImagePage>;
  count(query: Pick<ImageQuery, 'projectId' | 'source' | 'where'>): Promise<number>;
}

/** The members of images. They survive changes of visibility. */
export interface MemberStore {
  /** In the order of addition. */
  list(image: ImageRef): Promise<readonly ImageMember[]>;
  /** Atomic; the new member is `pending`. */
  add(image: ImageRef, memberId: string, limit: number, at: Instant): Promise<MemberOutcome>;
  /** @returns the updated member, undefined if the image has no such member */
  setStatus(
    image: ImageRef,
    memberId: string,
    status: MemberStatus,
    at: Instant,
  ): Promise<ImageMember | undefined>;
  /** @returns false if there is no such member */
  remove(image: ImageRef, memberId: string): Promise<boolean>;
}

export type MemberOutcome =
  | { readonly kind: 'done'; readonly member: ImageMember }
  | { readonly kind: 'image-missing' }
  | { readonly kind: 'member-exists' }
  | { readonly kind: 'over-limit'; readonly attempted: number };

/** Facts about uploaded data. */
export interface ReceivedData {
  /** bytes */
  readonly size: number;
  /** md5, hex */
  readonly checksum: string;
  /** sha512, hex */
  readonly hashValue: string;
  /** The first bytes, to detect the format. */
  readonly head: Buffer;
}

/** One upload, known until its end to every process that shares the data. */
export interface Upload {
  /**
   * Reads all of `content`, to where no reader finds it. If this throws, nothing is left behind.
   * @param announced bytes, if the sender announced them
   * @throws Refused data-too-large, data-no-room, and what `content` throws
   */
  receive(content: AsyncIterable<Buffer>, limit: number, announced?: number): Promise<ReceivedData>;
  /** Durably makes the data the image's own. */
  keep(): Promise<void>;
  /** Durably sets the data aside for a later import of the image; those set aside before are replaced. */
  stage(): Promise<void>;
  /** Takes over what was set aside, in place of `receive`. @throws Refused image-gone */
  adoptStaged(signal: AbortSignal): Promise<ReceivedData>;
  /** Discards the data, also those set aside. */
  discard(): Promise<void>;
  /** The image's status holds the result. */
  end(): Promise<void>;
  /** The status could not be set: the upload counts as abandoned. */
  abandon(): Promise<void>;
}

/** An upload whose process died or could not finish it. */
export interface AbandonedUpload extends Pick<Upload, 'discard' | 'end' | 'abandon'> {
  readonly imageId: string;
}

/** Stores the bytes of images, in constant memory. */
export interface ImageDataStore {
  /** Call before the image becomes `saving`. */
  begin(imageId: string): Promise<Upload>;
  /** Orphaned uploads, each returned to one caller. @param atStart nothing else runs yet */
  abandoned(atStart: boolean): Promise<readonly AbandonedUpload[]>;
  /** The bytes from `start` up to but not including `end`; undefined if this image has none. */
  read(imageId: string, start: number, end: number): Promise<AsyncIterable<Buffer> | undefined>;
  remove(imageId: string): Promise<void>;
}
