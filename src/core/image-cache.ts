import type { Clock, Instant } from './clock';
import type { Image, ImageRef } from './image';

export interface CachedImage {
  readonly imageId: string;
  /** bytes */
  readonly size: number;
  /** Downloads since it is cached. */
  readonly hits: number;
  readonly cachedAt: Instant;
  readonly usedAt: Instant;
}

export interface ImageCacheStore {
  /** By id. */
  list(most: number): Promise<readonly CachedImage[]>;
  /** Nothing happens if it is there already, or the image is gone. */
  add(image: ImageRef, size: number, at: Instant): Promise<void>;
  /** Adds it, or counts a hit. */
  use(image: ImageRef, size: number, at: Instant): Promise<void>;
  remove(image: ImageRef): Promise<void>;
  /** @returns how many there were */
  clear(): Promise<number>;
}

/** How many images the list shows. */
const mostListed = 10_000;

/**
 * Which images count as cached. Their data are on the gateway's own disk, so an image that is queued is cached at once,
 * and nothing is ever queued. A deleted image leaves the cache.
 */
export class ImageCache {
  constructor(
    private readonly store: ImageCacheStore,
    private readonly clock: Clock,
  ) {}

  list(): Promise<readonly CachedImage[]> {
    return this.store.list(mostListed);
  }

  queue(image: Image): Promise<void> {
    return this.store.add(image, image.size ?? 0, this.clock.now());
  }

  /** A download of all data: it caches an image, too. */
  noteDownload(image: Image): Promise<void> {
    return this.store.use(image, image.size ?? 0, this.clock.now());
  }

  remove(image: ImageRef): Promise<void> {
    return this.store.remove(image);
  }

  clear(): Promise<number> {
    return this.store.clear();
  }
}
