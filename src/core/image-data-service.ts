import { type Caller, type ChangedBy, changedBy } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageChange, ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { virtualSizeOf } from './image-formats';
import { isAdmin } from './policy';
import type { ImageDataStore, ImageStore, ReceivedData, Upload } from './ports';
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
    const upload = await this.data.begin(imageId);
    try {
      if (!(await this.images.change(ref, this.stamp(changedBy(caller)), startSaving))) {
        throw new Refused({ kind: 'image-not-found', imageId });
      }
    } catch (error) {
      // Unless it was refused, the image may be `saving` all the same.
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

  /**
   * Uploads whose process died, or lost the database before it could finish: their images are queued again. To be
   * called at every start and again and again while other processes may die.
   * @throws Unavailable when the database is away; what is left then is found by the next call
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
   * Makes an image that is still `saving` queued again, and removes its data first: from then on the next upload may
   * put its own there.
   * @returns whether the image has its data all the same: the answer to its activation was lost
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

/** Gives up uploads. */
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
