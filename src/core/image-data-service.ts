import { type Caller, type ChangedBy, changedBy } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageChange, ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { virtualSizeOf } from './image-formats';
import { isAdmin } from './policy';
import type { ImageDataStore, ImageStore, ReceivedData } from './ports';
import type { Stamp } from './tag-change';

/** The bytes of one image, to be read once. */
export interface ImageContent {
  readonly image: Image;
  /** undefined when there are none (yet). @param end exclusive */
  read(start: number, end: number): Promise<AsyncIterable<Buffer> | undefined>;
}

/** Takes and gives the data of images. Every method throws `Refused`, as TagService does. */
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
   * Makes a queued image active. While the data comes in it is `saving`, so that there is one upload at a
   * time; an upload that does not get to its end leaves the image queued and nothing stored.
   * @param open called once the image is ready to take data
   * @param announced bytes, if the sender said how many there will be
   * @throws Refused wrong-status, formats-missing, data-too-large, data-no-room, image-gone, and what `open` throws
   */
  async upload(
    caller: Caller,
    imageId: string,
    open: () => AsyncIterable<Buffer>,
    announced: number | undefined,
  ): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'upload_image');
    const by = changedBy(caller);
    if (!(await this.images.change(ref, this.stamp(by), startSaving))) {
      throw new Refused({ kind: 'image-not-found', imageId });
    }
    let received: ReceivedData | undefined;
    try {
      if ((announced ?? 0) > this.largest) {
        throw new Refused({ kind: 'data-too-large', imageId, limit: this.largest });
      }
      received = await this.data.receive(imageId, open(), this.largest, announced);
      await received.keep();
      await this.activate(ref, by, received);
    } catch (error) {
      await received?.discard();
      await this.giveUp(ref, by);
      throw error;
    }
    await received.settle();
  }

  /** @throws Refused data-deactivated */
  async open(caller: Caller, imageId: string): Promise<ImageContent> {
    const standing = await this.access.see(caller, imageId);
    const image = await this.images.get(standing);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId });
    if (image.status === 'deactivated' && !isAdmin(caller)) {
      throw new Refused({ kind: 'data-deactivated', imageId });
    }
    this.access.authorize(caller, 'download_image', standing);
    const there = image.size !== null;
    return {
      image,
      read: (start, end) => (there ? this.data.read(imageId, start, end) : Promise.resolve(undefined)),
    };
  }

  /** Uploads that an earlier process did not bring to their end: their images are queued again. */
  async recover(): Promise<void> {
    for (const imageId of await this.data.sweep()) {
      const standing = await this.images.find(imageId, null);
      if (standing) await this.giveUp(standing, recovery);
    }
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

  private async giveUp(ref: ImageRef, by: ChangedBy): Promise<void> {
    await this.images.change(ref, this.stamp(by), (image) =>
      image.status === 'saving' ? { status: 'queued' } : {},
    );
  }

  private stamp(by: ChangedBy): Stamp {
    return { by, at: this.clock.now() };
  }
}

/** The gateway itself, as it starts. */
const recovery: ChangedBy = {
  userId: 'gateway',
  userName: 'gateway',
  projectId: null,
  dialect: 'none',
  operation: 'recover-uploads',
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
