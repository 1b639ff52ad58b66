import type { Instant } from './clock';
import type { ImageStatus } from './image-status';
import type { Tag } from './tag';

export const visibilities = ['community', 'public', 'private', 'shared'] as const;
export type Visibility = (typeof visibilities)[number];

export type MemberStatus = 'pending' | 'accepted' | 'rejected';

/** The only way to name an image to the store: every key starts with the project. */
export interface ImageRef {
  readonly projectId: string;
  readonly imageId: string;
}

/** Custom properties, in the order given. A Map, so that no name is special; null is no value. */
export type Properties = ReadonlyMap<string, string | null>;

/** Descriptive attributes; all may change later. */
export interface ImageDescription {
  readonly name: string | null;
  readonly visibility: Visibility;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  /** gigabytes */
  readonly minDisk: number;
  /** megabytes */
  readonly minRam: number;
  readonly protected: boolean;
  readonly hidden: boolean;
  readonly properties: Properties;
}

/** Facts about the uploaded data. All null until there is data. */
export interface ImageDataFacts {
  /** bytes */
  readonly size: number | null;
  readonly virtualSize: number | null;
  /** md5, hex */
  readonly checksum: string | null;
  readonly hashAlgo: string | null;
  readonly hashValue: string | null;
}

export interface Image extends ImageRef, ImageDescription, ImageDataFacts {
  readonly status: ImageStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Counts the changes of the tags; a writer that read revision r writes only while it is still r. */
  readonly tagRevision: number;
  /** Ordered by the code points of `name`. */
  readonly tags: readonly Tag[];
}

/** What decides who may see or change an image. */
export interface ImageAccessFacts extends ImageRef {
  readonly visibility: Visibility;
  /** The asking project's membership, if it is a member. */
  readonly membership: MemberStatus | null;
}

/** A project that an image is shared with. */
export interface ImageMember {
  readonly imageId: string;
  /** The project. */
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Facts about its data are given only where it has data from the start. */
export interface NewImage extends ImageRef, ImageDescription, Partial<ImageDataFacts> {
  readonly status: ImageStatus;
  readonly createdAt: Instant;
  readonly tags: readonly Tag[];
}

/** Sets the members given. A new `projectId` moves the image to that project. */
export type ImageChange = Partial<Omit<Image, 'imageId' | 'createdAt' | 'updatedAt' | 'tagRevision'>>;
