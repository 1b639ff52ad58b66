import { type Caller, type ChangedBy, changedByCaller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageChange, ImageDataFacts, ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { type FormatCheck, requireMatchingFormat } from './format-inspection';
import { readVirtualSize } from './image-formats';
import { isAdmin } from './policy';
import type { ImageDataStore, ImageStore, ReceivedData, Upload } from './ports';
import type { ChangeStamp } from './tag-change';
import type { UnfinishedDataCleanup } from './unfinished-data';

/** The bytes of one image; read once. */
export interface ImageContent {
  readonly image: Image;
  /** undefined while the image has no data. @param end exclusive */
  read(start: number, end: number): Promise<AsyncIterable<Buffer> | undefined>;
}

export interface DataLimits {
  /** bytes */
  readonly largest: number;
  /** Which data must look like what their image says. */
  readonly formatCheck: FormatCheck;
}

/** Uploads and downloads. Every method throws `Refused`, as TagService does. */
export class ImageDataService {
  constructor(
    private readonly images: ImageStore,
    private readonly data: ImageDataStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    private readonly unfinished: UnfinishedDataCleanup,
    private readonly limits: DataLimits,
  ) {}

  /**
   * Makes a queued image active. During the upload it is `saving`, so that there is one upload at a time; a
   * failed upload leaves the image queued and nothing stored.
   * @param open called once the image can take data
   * @param announced bytes, if the sender announced them
   * @throws Refused wrong-status, formats-missing, format-mismatch, data-too-large, data-no-room, image-gone, and what
   * `open` throws
   */
  async upload(
    caller: Caller,
    imageId: string,
    open: () => AsyncIterable<Buffer>,
    announced: number | undefined,
  ): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'upload_image');
    await this.take(ref, changedByCaller(caller), startSaving, async (upload) => {
      const received = await this.received(imageId, upload, open, announced);
      await upload.keep();
      await this.activate(ref, changedByCaller(caller), received);
    });
  }

  /**
   * Sets data aside for a later import. While they arrive the image is `uploading` without a size, then with theirs.
   * @throws Refused wrong-status, data-too-large, data-no-room, image-gone, and what `open` throws
   */
  async stage(
    caller: Caller,
    imageId: string,
    open: () => AsyncIterable<Buffer>,
    announced: number | undefined,
  ): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'modify_image');
    await this.take(ref, changedByCaller(caller), startStaging, async (upload) => {
      const { size } = await this.received(imageId, upload, open, announced);
      await upload.stage();
      const staged = await this.images.change(
        ref,
        this.stamp(changedByCaller(caller)),
        (image): ImageChange => {
          if (image.status !== 'uploading') throw new Refused({ kind: 'image-gone', imageId });
          return { size };
        },
      );
      if (!staged) throw new Refused({ kind: 'image-gone', imageId });
    });
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
    store: (facts: ImageDataFacts | null) => Promise<void>,
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

  /** Whatever happens to `work`, the upload is ended, and so is the status that `start` has given. */
  private async take(
    ref: ImageRef,
    by: ChangedBy,
    start: (image: Image) => ImageChange,
    work: (upload: Upload) => Promise<void>,
  ): Promise<void> {
    const { imageId } = ref;
    const upload = await this.data.begin(imageId);
    try {
      if (!(await this.images.change(ref, this.stamp(by), start))) {
        throw new Refused({ kind: 'image-not-found', imageId });
      }
    } catch (error) {
      // Unless it was refused, the image may still have the new status.
      await (error instanceof Refused ? upload.end() : upload.abandon());
      throw error;
    }
    try {
      await work(upload);
    } catch (error) {
      if (await this.unfinished.giveUp(ref, upload)) return;
      throw error;
    }
    await upload.end();
  }

  private async received(
    imageId: string,
    upload: Upload,
    open: () => AsyncIterable<Buffer>,
    announced: number | undefined,
  ): Promise<ReceivedData> {
    const { largest: limit } = this.limits;
    if ((announced ?? 0) > limit) throw new Refused({ kind: 'data-too-large', imageId, limit });
    return upload.receive(open(), limit, announced);
  }

  private async activate(ref: ImageRef, by: ChangedBy, received: ReceivedData): Promise<void> {
    const { imageId } = ref;
    const active = await this.images.change(ref, this.stamp(by), (image): ImageChange => {
      if (image.status !== 'saving') throw new Refused({ kind: 'image-gone', imageId });
      if (this.limits.formatCheck === 'all') requireMatchingFormat(image, received);
      return imageChangeOnActivation(image, received);
    });
    if (!active) throw new Refused({ kind: 'image-gone', imageId });
  }

  private stamp(by: ChangedBy): ChangeStamp {
    return { by, at: this.clock.now() };
  }
}

/** What an image becomes with its data. */
export function imageChangeOnActivation(image: Image, received: ReceivedData): ImageChange {
  const { size, checksum, hashValue } = received;
  const virtualSize = readVirtualSize(image.diskFormat, image.containerFormat, received);
  return { status: 'active', size, virtualSize, checksum, hashAlgo: 'sha512', hashValue };
}

function startStaging({ imageId, status }: Image): ImageChange {
  if (status === 'queued') return { status: 'uploading', size: null };
  throw new Refused({ kind: 'wrong-status', imageId, from: status, to: 'uploading' });
}

function startSaving(image: Image): ImageChange {
  const { imageId, status } = image;
  if (status !== 'queued') throw new Refused({ kind: 'wrong-status', imageId, from: status, to: 'saving' });
  const missing = (['diskFormat', 'containerFormat'] as const).filter((field) => !image[field]);
  if (missing.length > 0) throw new Refused({ kind: 'formats-missing', imageId, missing });
  return { status: 'saving' };
}
