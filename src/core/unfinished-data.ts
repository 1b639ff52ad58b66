import { changedByGateway } from './caller';
import type { Clock, Instant } from './clock';
import type { ImageRef } from './image';
import { type ImageImportChanges, ImportInterrupted, hasUnfinishedData } from './import';
import type { ImageDataStore, ImageStore, Upload } from './ports';
import type { TaskStateUpdate, TaskStore } from './task';

type Abandonable = Pick<Upload, 'discard' | 'end' | 'abandon'>;

/** Gives up on data that will not arrive: of this process, or of one that died. */
export class UnfinishedDataCleanup {
  constructor(
    private readonly images: ImageStore,
    private readonly data: ImageDataStore,
    private readonly tasks: TaskStore,
    private readonly clock: Clock,
    private readonly imported: ImageImportChanges,
  ) {}

  /**
   * Requeues an image that still waits for its data, removing its partial data first: after that the next upload may store
   * its own.
   * @returns whether the image has its data after all, because the answer to its activation was lost
   */
  async giveUp(ref: ImageRef, upload: Abandonable): Promise<boolean> {
    return this.endOrAbandon(upload, () => this.requeue(ref, upload));
  }

  /** As `giveUp`, and ends the image's tasks; an image made for its import goes. @param message for failed tasks */
  async giveUpImport(ref: ImageRef, upload: Abandonable, message: string): Promise<boolean> {
    return this.endOrAbandon(upload, async () => {
      const isThere = await this.requeue(ref, upload);
      await this.endTasks(ref, isThere, message);
      return isThere;
    });
  }

  /**
   * Gives up on what processes have left that died, or lost the database before they could finish. Call at every start,
   * and periodically while other processes may die.
   * @throws Unavailable if the database is unreachable; the next call finds the rest
   */
  async recover(atStart: boolean): Promise<void> {
    const message = this.imported.words.failure(new ImportInterrupted());
    const uploads = await this.data.abandoned(atStart);
    const outcomes = await Promise.allSettled(
      uploads.map(async (upload) => {
        const { imageId } = upload;
        const ref = await this.images.find(imageId, null).catch(async (error: unknown) => {
          await upload.abandon();
          throw error;
        });
        await this.giveUpImport(ref ?? { projectId: '', imageId }, upload, message);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async endOrAbandon(upload: Abandonable, work: () => Promise<boolean>): Promise<boolean> {
    try {
      const outcome = await work();
      await upload.end();
      return outcome;
    } catch (error) {
      await upload.abandon();
      throw error;
    }
  }

  private async requeue(ref: ImageRef, upload: Abandonable): Promise<boolean> {
    const image = await this.images.get(ref);
    const waits = image !== undefined && hasUnfinishedData(image);
    if (waits || !image) await upload.discard();
    if (waits) {
      const stamp = { by: changedByGateway, at: this.clock.now() };
      await this.images.change(ref, stamp, (now) => this.imported.requeued(now));
    }
    return image?.status === 'active';
  }

  private async endTasks(ref: ImageRef, isThere: boolean, message: string): Promise<void> {
    const tasks = await this.tasks.ofImage(ref.imageId, null, this.clock.now());
    for (const task of tasks.filter(({ expiresAt }) => expiresAt === null)) {
      if (!isThere && task.type === 'import') await this.removeImage(ref);
      await this.tasks.step(task, outcomeOf(isThere, message, this.clock.now()));
    }
  }

  private async removeImage(ref: ImageRef): Promise<void> {
    await this.images.remove(ref, { by: changedByGateway, at: this.clock.now() }, () => undefined);
  }
}

function outcomeOf(isThere: boolean, message: string, at: Instant): TaskStateUpdate {
  return isThere ? { state: 'success', at } : { state: 'failure', at, message };
}
