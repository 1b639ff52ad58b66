import { Refused } from './errors';
import type { Image, ImageChange, Properties } from './image';
import type { ImportMethod } from './import-method';

/** An import into an existing image. */
export interface ImportRequest {
  readonly source: ImportSource;
  /** Name of the store that takes the data; null: stores have no names. */
  readonly store: string | null;
  /** What was asked for, as JSON, for the task. */
  readonly input: string;
}

export type ImportSource =
  { readonly method: 'direct' } | { readonly method: 'download'; readonly url: string };

/** Properties by which an image shows its import. A dialect names them. */
export interface ImportPropertyNames {
  readonly task: string;
  /** Stores that are about to get the data. */
  readonly importingTo: string;
  /** Stores that did not get them. */
  readonly failedIn: string;
}

/** What the API shows of imports, in a dialect's words. */
export interface ImportWords {
  readonly marks: ImportPropertyNames;
  /** The message of a task that has brought so many bytes. */
  success(bytes: number): string;
  /** The message of a task that failed for this reason: Refused, one of the errors below, or a fault of the gateway. */
  failure(error: unknown): string;
}

/** The data at a URL. */
export interface Download {
  readonly content: AsyncIterable<Buffer>;
  /** bytes, if announced */
  readonly length: number | undefined;
}

export interface Downloader {
  /** @returns whether the URL may be asked for at all; its addresses are checked when it is */
  allows(url: string): boolean;
  /** @throws DownloadFailed */
  open(url: string, signal: AbortSignal): Promise<Download>;
}

/** The data could not be fetched. `reason` reveals nothing of the network inside. */
export class DownloadFailed extends Error {
  override readonly name = 'DownloadFailed';
  constructor(
    readonly reason: 'address-not-allowed' | 'no-connection' | 'no-answer-in-time' | 'cut-off' | 'status',
    readonly status: number | null = null,
  ) {
    super(reason);
  }
}

/** What was asked for describes no image. */
export class InvalidImport extends Error {
  override readonly name = 'InvalidImport';
}

/** The process ended, or ends, before the import did. */
export class ImportInterrupted extends Error {
  override readonly name = 'ImportInterrupted';
}

/** Is it something that a caller, or a stop, can cause? */
export function isExpectedFailure(error: unknown): boolean {
  const known = [Refused, DownloadFailed, InvalidImport, ImportInterrupted];
  return known.some((kind) => error instanceof kind);
}

/** How images show imports, and what becomes of one whose import failed. */
export class ImageImportChanges {
  private readonly marks: ImportPropertyNames;

  constructor(readonly words: ImportWords) {
    this.marks = words.marks;
  }

  begun(image: Image, taskId: string, store: string | null): ImageChange {
    const { task, importingTo, failedIn } = this.marks;
    return {
      status: 'importing',
      properties: withProperties(image, [
        [task, taskId],
        [importingTo, store ?? ''],
        [failedIn, ''],
      ]),
    };
  }

  /** @throws Refused image-gone unless it is still being imported by this task */
  ended(image: Image, taskId: string): { readonly properties: Properties } {
    if (image.status !== 'importing' || image.properties.get(this.marks.task) !== taskId) {
      throw new Refused({ kind: 'image-gone', imageId: image.imageId });
    }
    return { properties: this.unlocked(image, []) };
  }

  /** What makes an image that waits for data of a process that is gone wait for new ones. */
  requeued(image: Image): ImageChange {
    if (!hasUnfinishedData(image)) return {};
    if (image.status === 'saving') return { status: 'queued' };
    if (image.status === 'uploading') return { status: 'queued', size: null };
    const { importingTo, failedIn } = this.marks;
    const properties = this.unlocked(image, [[failedIn, image.properties.get(importingTo) ?? '']]);
    return { status: 'queued', size: null, properties };
  }

  private unlocked(image: Image, more: readonly (readonly [string, string])[]): Properties {
    const properties = new Map(withProperties(image, [[this.marks.importingTo, ''], ...more]));
    properties.delete(this.marks.task);
    return properties;
  }
}

const neededStatus = { direct: 'uploading', download: 'queued', copy: 'active' } as const;

/** @throws Refused import-not-possible, import-formats-missing */
export function requireReadyForImport(image: Image, method: ImportMethod): void {
  const { imageId, status } = image;
  if (status !== neededStatus[method] || (method === 'direct' && hasUnfinishedData(image))) {
    throw new Refused({ kind: 'import-not-possible', imageId, method, status });
  }
  const missing = (['containerFormat', 'diskFormat'] as const).find((field) => !image[field]);
  if (missing) throw new Refused({ kind: 'import-formats-missing', missing });
}

/** Is there data on the way that only a living process brings in? What is staged as a whole has a size. */
export function hasUnfinishedData({ status, size }: Image): boolean {
  return status === 'saving' || status === 'importing' || (status === 'uploading' && size === null);
}

function withProperties({ properties }: Image, more: readonly (readonly [string, string])[]): Properties {
  return new Map([...properties, ...more]);
}
