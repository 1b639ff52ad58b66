import { randomUUID } from 'node:crypto';
import type { PolicyAction } from './action';
import { type Caller, changedByCaller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import { requireMatchingFormat } from './format-inspection';
import type { Image, ImageAccessFacts, ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { imageChangeOnActivation, type DataLimits } from './image-data-service';
import type { NewImageRequest, ImageService } from './image-service';
import {
  type Downloader,
  type ImageImportChanges,
  type ImportRequest,
  type ImportSource,
  InvalidImport,
  isExpectedFailure,
  requireReadyForImport,
} from './import';
import type { ImportMethod } from './import-method';
import { type ImportRun, ImportQueue } from './import-queue';
import type { ImageDataStore, ImageStore, ReceivedData, Upload } from './ports';
import type { Task, TaskStore, TaskType } from './task';
import { newTask } from './task-service';
import type { UnfinishedDataCleanup } from './unfinished-data';

export interface ImportDeps {
  readonly store: ImageStore;
  readonly images: ImageService;
  readonly data: ImageDataStore;
  readonly tasks: TaskStore;
  readonly access: ImageAccess;
  readonly clock: Clock;
  readonly unfinished: UnfinishedDataCleanup;
  readonly imported: ImageImportChanges;
  readonly downloads: Downloader;
  readonly limits: DataLimits;
  /** Called for failures that are no caller's doing. */
  readonly onError: (error: unknown) => void;
}

/** An image to make with the data at a URL, or why the request describes none. */
export type NewImageImport =
  | { readonly url: string; readonly image: NewImageRequest; readonly tagLimit: number }
  | { readonly fault: string };

/**
 * Brings data into images in the background. A request is answered when its import is stored as a task; the process that
 * took it runs it, and what a process leaves unfinished is given up as uploads are. Methods throw `Refused`.
 */
export class ImportService {
  private readonly queue: ImportQueue;

  constructor(private readonly deps: ImportDeps) {
    this.queue = new ImportQueue(deps.onError);
  }

  /** Whether the URL may be asked for data at all. */
  allows(url: string): boolean {
    return this.deps.downloads.allows(url);
  }

  /**
   * The image, if the caller may import into it by this method now.
   * @throws Refused image-not-found, import-not-possible, import-formats-missing, not-allowed
   */
  async target(caller: Caller, imageId: string, method: ImportMethod): Promise<Image> {
    const { access, store } = this.deps;
    const facts = await access.see(caller, imageId);
    const image = await store.get(facts);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId });
    requireReadyForImport(image, method);
    this.authorize(caller, method, facts);
    return image;
  }

  /** @param image as `target` gave it @throws Refused import-not-possible, too-many-imports */
  async begin(caller: Caller, image: ImageRef, { source, store, input }: ImportRequest): Promise<void> {
    this.queue.requireRoom();
    const { data, tasks, imported } = this.deps;
    const { imageId, projectId } = image;
    const ref = { imageId, projectId };
    const taskId = randomUUID();
    const task = newTask(caller, { type: 'api-image-import', taskId, imageId, input }, this.now());
    const upload = await data.begin(imageId);
    try {
      await this.change(caller, ref, (now) => {
        requireReadyForImport(now, source.method);
        return imported.begun(now, taskId, store);
      });
      await tasks.add(task);
    } catch (error) {
      await (error instanceof Refused ? upload.end() : upload.abandon());
      throw error;
    }
    this.queue.add(
      this.runOf(upload, ref, task, (signal) => this.fill(caller, ref, task, upload, source, signal)),
    );
  }

  /** A task that makes an image with the data at a URL. It fails if the request describes none. */
  async beginNew(caller: Caller, type: TaskType, wanted: NewImageImport, input: string): Promise<Task> {
    this.queue.requireRoom();
    const { data, tasks } = this.deps;
    const [imageId, taskId] = [randomUUID(), randomUUID()];
    const task = newTask(caller, { type, taskId, imageId, input }, this.now());
    const upload = await data.begin(imageId);
    try {
      await tasks.add(task);
    } catch (error) {
      await upload.abandon();
      throw error;
    }
    const ref = { projectId: caller.projectId ?? '', imageId };
    this.queue.add(
      this.runOf(upload, ref, task, (signal) => this.make(caller, wanted, ref, task, upload, signal)),
    );
    return task;
  }

  /** Ends what is running; what only waits is left to the next recovery. */
  close(): Promise<void> {
    return this.queue.close();
  }

  private runOf(
    upload: Upload,
    ref: ImageRef,
    task: Task,
    work: (signal: AbortSignal) => Promise<number>,
  ): ImportRun {
    const { tasks, unfinished, imported, store, onError } = this.deps;
    return {
      leave: () => upload.abandon(),
      run: async (signal) => {
        try {
          await tasks.step(task, { state: 'processing', at: this.now() });
          const message = imported.words.success(await work(signal));
          await tasks.step(task, { state: 'success', at: this.now(), message });
          await upload.end();
        } catch (thrown) {
          const error: unknown = signal.aborted ? signal.reason : thrown;
          if (!isExpectedFailure(error)) onError(error);
          // An admin may have made it for another project.
          const found = (await store.find(ref.imageId, null).catch(() => undefined)) ?? ref;
          await unfinished.giveUpImport(found, upload, imported.words.failure(error));
        }
      },
    };
  }

  /** @returns bytes of its data */
  private async make(
    caller: Caller,
    wanted: NewImageImport,
    ref: ImageRef,
    task: Task,
    upload: Upload,
    signal: AbortSignal,
  ): Promise<number> {
    if ('fault' in wanted) throw new InvalidImport(wanted.fault);
    const { images, imported } = this.deps;
    const made = await images.create(caller, { ...wanted.image, imageId: ref.imageId }, wanted.tagLimit);
    await this.change(caller, made, (now) => imported.begun(now, task.taskId, null));
    return this.fill(caller, made, task, upload, { method: 'download', url: wanted.url }, signal);
  }

  private async fill(
    caller: Caller,
    ref: ImageRef,
    { taskId }: Task,
    upload: Upload,
    source: ImportSource,
    signal: AbortSignal,
  ): Promise<number> {
    const { imported, limits } = this.deps;
    const received = await this.received(upload, source, ref.imageId, signal);
    await upload.keep();
    await this.change(caller, ref, (image) => {
      const marks = imported.ended(image, taskId);
      if (limits.formatCheck !== 'off') requireMatchingFormat(image, received);
      return { ...imageChangeOnActivation(image, received), ...marks };
    });
    return received.size;
  }

  private async received(
    upload: Upload,
    source: ImportSource,
    imageId: string,
    signal: AbortSignal,
  ): Promise<ReceivedData> {
    if (source.method === 'direct') return upload.adoptStaged(signal);
    const { limits, downloads } = this.deps;
    const { content, length } = await downloads.open(source.url, signal);
    if ((length ?? 0) > limits.largest) {
      throw new Refused({ kind: 'data-too-large', imageId, limit: limits.largest });
    }
    return upload.receive(content, limits.largest, length);
  }

  private async change(
    caller: Caller,
    ref: ImageRef,
    edit: Parameters<ImageStore['change']>[2],
  ): Promise<void> {
    const stamp = { by: changedByCaller(caller), at: this.now() };
    if (await this.deps.store.change(ref, stamp, edit)) return;
    throw new Refused({ kind: 'image-gone', imageId: ref.imageId });
  }

  private authorize(caller: Caller, method: ImportMethod, image: ImageAccessFacts): void {
    const action: PolicyAction = method === 'copy' ? 'copy_image' : 'modify_image';
    this.deps.access.authorize(caller, action, image);
  }

  private now(): string {
    return this.deps.clock.now();
  }
}
