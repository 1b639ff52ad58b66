import type { Instant } from './clock';
import type {
  Image,
  ImageChange,
  ImageMember,
  ImageRef,
  ImageStanding,
  MemberStatus,
  NewImage,
} from './image';
import type { TagCondition } from './tag-condition';
import type { Pair } from './tag';
import type { Stamp, TagChange, TagOutcome, TagSet } from './tag-change';

export interface TagStore {
  /** Each change by itself, in one atomic and durable step; their outcomes in their order. */
  change(changes: readonly TagChange[]): Promise<readonly TagOutcome[]>;
  /** @returns undefined when there is no such image */
  list(image: ImageRef): Promise<TagSet | undefined>;
  /** The distinct pairs of all images of a project. */
  listProject(projectId: string): Promise<readonly Pair[]>;
}

/** Looks an image up by its id alone, which is needed only when it is not the caller's own. */
export interface ImageDirectory {
  /** @param asking the project whose membership is told */
  find(imageId: string, asking: string | null): Promise<ImageStanding | undefined>;
}

export interface ImageStore extends ImageDirectory {
  /** @returns false when the id is taken, also by a deleted image */
  create(image: NewImage, stamp: Stamp): Promise<boolean>;
  get(image: ImageRef): Promise<Image | undefined>;
  /**
   * Reads the image, asks `edit` for the change and writes it, while no other writer can change that image.
   * `edit` must be pure: it may be asked again. What it throws passes through and nothing is changed; an empty
   * change leaves the image untouched, `updatedAt` too.
   * @returns the image as it is now, undefined when there is none
   */
  change(image: ImageRef, stamp: Stamp, edit: (image: Image) => ImageChange): Promise<Image | undefined>;
  /** @param check throws when the image must stay @returns the image that was there */
  remove(image: ImageRef, stamp: Stamp, check: (image: Image) => void): Promise<Image | undefined>;
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

export type Comparison = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte';

export type ImageCondition =
  | {
      readonly kind: 'field';
      readonly field: ImageField;
      readonly op: Comparison;
      readonly value: string | number | boolean;
    }
  | { readonly kind: 'field-in'; readonly field: ImageField; readonly values: readonly string[] }
  | { readonly kind: 'property'; readonly name: string; readonly value: string }
  /** has the property with this value, or has it not at all: the value is what its absence means */
  | { readonly kind: 'property-or-absent'; readonly name: string; readonly value: string }
  /** the name contains the text, letter case aside */
  | { readonly kind: 'name-contains'; readonly text: string }
  | { readonly kind: 'tags'; readonly condition: TagCondition };

export interface SortKey {
  readonly field: ImageField;
  readonly descending: boolean;
}

/**
 * Which images are looked at before any condition:
 * - `own`: the project's own;
 * - `public`: everybody's public ones, `community` likewise;
 * - `shared`: those of others that are shared with the project with this membership (`all`: any).
 */
export interface ImageSource {
  readonly own: boolean;
  readonly public: boolean;
  readonly community: boolean;
  readonly shared: 'none' | 'all' | 'pending' | 'accepted' | 'rejected';
  /** Every project's images, for admins; of whatever visibility the other members name. */
  readonly everyProject: boolean;
}

export interface ImageQuery {
  readonly projectId: string;
  readonly source: ImageSource;
  /** All must hold. */
  readonly where: readonly ImageCondition[];
  /** Ends in `id` so that the order is whole; the store adds nothing. */
  readonly sort: readonly SortKey[];
  /** Start after this image, which need not itself match. */
  readonly marker: Image | null;
  readonly offset: number;
  readonly limit: number;
}

export interface ImageSearch {
  images(query: ImageQuery): Promise<readonly Image[]>;
  count(query: Pick<ImageQuery, 'projectId' | 'source' | 'where'>): Promise<number>;
}

/** Who an image is shared with. Members stay with an image whose visibility changes, as Glance keeps them. */
export interface MemberStore {
  /** In the order in which they were added. */
  list(image: ImageRef): Promise<readonly ImageMember[]>;
  /** Atomic; the new member is `pending`. */
  add(image: ImageRef, memberId: string, limit: number, at: Instant): Promise<MemberOutcome>;
  /** @returns the member as it is now, undefined when there is none */
  setStatus(
    image: ImageRef,
    memberId: string,
    status: MemberStatus,
    at: Instant,
  ): Promise<ImageMember | undefined>;
  /** @returns false when there is no such member */
  remove(image: ImageRef, memberId: string): Promise<boolean>;
}

export type MemberOutcome =
  | { readonly kind: 'done'; readonly member: ImageMember }
  | { readonly kind: 'image-missing' }
  | { readonly kind: 'member-exists' }
  | { readonly kind: 'over-limit'; readonly attempted: number };

/** What was found out about data on its way in. */
export interface ReceivedData {
  /** bytes */
  readonly size: number;
  /** md5, hex */
  readonly checksum: string;
  /** sha512, hex */
  readonly hashValue: string;
  /** The first bytes, for telling formats. */
  readonly head: Buffer;
  /** Makes the data the image's own, durably; until `settle` an end of the process still leaves a trace of it. */
  keep(): Promise<void>;
  /** The image knows of its data. */
  settle(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Keeps the bytes of images. Memory is constant whatever their size. */
export interface ImageDataStore {
  /**
   * Reads `content` to its end, into a place where no reader finds it. When this throws nothing is left behind.
   * @param announced bytes, if the sender said how many there will be
   * @throws Refused data-too-large, data-no-room, and whatever `content` throws
   */
  receive(
    imageId: string,
    content: AsyncIterable<Buffer>,
    limit: number,
    announced?: number,
  ): Promise<ReceivedData>;
  /** The bytes from `start` up to but not including `end`; undefined when there are none for this image. */
  read(imageId: string, start: number, end: number): Promise<AsyncIterable<Buffer> | undefined>;
  remove(imageId: string): Promise<void>;
  /** What was being received when an earlier process ended: its remains are removed, their images are named. */
  sweep(): Promise<readonly string[]>;
}
