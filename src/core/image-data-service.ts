import { type Caller, type ChangedBy, changedBy } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageChange, ImageData, ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { virtualSizeOf } from './image-formats';
import { isAdmin } from './policy';
import type { ImageDataStore, ImageStore, ReceivedData, Upload } from './ports';
import type { Stamp } from './tag-change';

/** The bytes of one image; read once. */
export interface ImageContent {
  readonly image: Image;
  /** undefined if there are none (yet). @param end exclusive */
  read(start: number, end: number): Promise<AsyncIterable<Buffer> | undefined>;
}

/** Uploads and downloads. Every method throws `Refused`, as TagService does. */
export class ImageDataService {
  constructor(
    private readonly images: ImageStore,
    private readonly data: ImageDataStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    /** bytes */
    private readonly largest: number,
  ) {}

  /**
   * Makes a queued image active. During the upload it is `saving`, so that there is one upload at a time; a
   * failed upload leaves the image queued and nothing stored.
   * @param open called once the image can take data
   * @param announced bytes, if the sender announced them
   * @throws Refused wrong-status, formats-missing, data-too-large, data-no-room, image-gone, and what `open` throws
   */
  async upload(
    caller: Caller,
    imageId: string,
    open: () => AsyncIterable<Buffer>,
    announced: number | undefined,
  ): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'upload_image');
    const upload = await this.data.begin(imageId);
    try {
      if (!(await this.images.change(ref, this.stamp(changedBy(caller)), startSaving))) {
        throw new Refused({ kind: 'image-not-found', imageId });
      }
    } catch (error) {
      // Unless it was refused, the image may still have become `saving`.
      await (error instanceof Refused ? upload.end() : upload.abandon());
      throw error;
    }
    try {
      if ((announced ?? 0) > this.largest) {
        throw new Refused({ kind: 'data-too-large', imageId, limit: this.largest });
      }
      const received = await upload.receive(open(), this.largest, announced);
      await upload.keep();
      await this.activate(ref, changedBy(caller), received);
    } catch (error) {
      if (await this.giveUp(ref, upload)) return;
      throw error;
    }
    await upload.end();
  }

  /** @throws Refused data-deactivated */
  async open(caller: Caller, imageId: string): Promise<ImageContent> {
    const ref = await this.access.see(caller, imageId);
    const image = await this.images.get(ref);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId });
    if (image.status === 'deactivated' && !isAdmin(caller)) {
      throw new Refused({ kind: 'data-deactivated', imageId });
    }
    this.access.authorize(caller, 'download_image', ref);
    const there = image.size !== null;
    return {
      image,
      read: (start, end) => (there ? this.data.read(imageId, start, end) : Promise.resolve(undefined)),
    };
  }

  /**
   * Copies the bytes of an image that the caller may read; without any, only calls `store`.
   * @param imageId of the image that is to have them, which is not stored yet
   * @param store stores that image, with what is known of its data
   * @throws Refused data-no-room, and what `store` throws; nothing is kept then
   */
  async copy(
    source: Image,
    imageId: string,
    store: (facts: ImageData | null) => Promise<void>,
  ): Promise<void> {
    const { size, virtualSize, checksum, hashAlgo, hashValue } = source;
    const content = size === null ? undefined : await this.data.read(source.imageId, 0, size);
    if (!content || size === null) return store(null);
    const upload = await this.data.begin(imageId);
    try {
      await upload.receive(content, size, size);
      await upload.keep();
      await store({ size, virtualSize, checksum, hashAlgo, hashValue });
    } catch (error) {
      await upload.discard();
      await upload.end();
      throw error;
    }
    await upload.end();
  }

  /**
   * Requeues images whose upload's process died, or lost the database before it could finish. Call at every
   * start, and periodically while other processes may die.
   * @throws Unavailable if the database is unreachable; the next call finds the rest
   */
  async recover(atStart: boolean): Promise<void> {
    const uploads = await this.data.abandoned(atStart);
    const outcomes = await Promise.allSettled(
      uploads.map(async (upload) => {
        const ref = await this.images.find(upload.imageId, null).catch(async (error: unknown) => {
          await upload.abandon();
          throw error;
        });
        if (ref) await this.giveUp(ref, upload);
        else await upload.discard().then(upload.end);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async activate(ref: ImageRef, by: ChangedBy, received: ReceivedData): Promise<void> {
    const { imageId } = ref;
    const { size, checksum, hashValue } = received;
    const active = await this.images.change(ref, this.stamp(by), (image): ImageChange => {
      if (image.status !== 'saving') throw new Refused({ kind: 'image-gone', imageId });
      const virtualSize = virtualSizeOf(image.diskFormat, image.containerFormat, received);
      return { status: 'active', size, virtualSize, checksum, hashAlgo: 'sha512', hashValue };
    });
    if (!active) throw new Refused({ kind: 'image-gone', imageId });
  }

  /**
   * Requeues an image that is still `saving`, removing its data first: after that the next upload may store its own.
   * @returns whether the image has its data after all, because the answer to its activation was lost
   */
  private async giveUp(ref: ImageRef, upload: Pick<Upload, 'discard' | 'end' | 'abandon'>): Promise<boolean> {
    try {
      const image = await this.images.get(ref);
      const isSaving = image?.status === 'saving';
      if (isSaving || !image) await upload.discard();
      if (isSaving) {
        await this.images.change(ref, this.stamp(gateway), ({ status }) =>
          status === 'saving' ? { status: 'queued' } : {},
        );
      }
      await upload.end();
      return image?.status === 'active';
    } catch (error) {
      await upload.abandon();
      throw error;
    }
  }

  private stamp(by: ChangedBy): Stamp {
    return { by, at: this.clock.now() };
  }
}

const gateway: ChangedBy = {
  userId: 'gateway',
  userName: 'gateway',
  projectId: null,
  dialect: 'none',
  operation: 'none',
  requestId: null,
  accessKey: null,
};

function startSaving(image: Image): ImageChange {
  const { imageId, status } = image;
  if (status !== 'queued') throw new Refused({ kind: 'wrong-status', imageId, from: status, to: 'saving' });
  const missing = (['diskFormat', 'containerFormat'] as const).filter((field) => !image[field]);
  if (missing.length > 0) throw new Refused({ kind: 'formats-missing', imageId, missing });
  return { status: 'saving' };
}
