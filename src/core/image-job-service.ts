import { type Caller, changedByCaller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageRef, NewImage, Properties } from './image';
import type { ImageDataService } from './image-data-service';
import type { ImageService } from './image-service';
import type { Job, JobPlan, JobStore } from './job';
import type { JobScheduler } from './job-scheduler';
import { createdImageResult } from './job-service';

/** What a copy has of its own. */
export interface CopyRequest {
  readonly name: string;
  /** Beside the source's, or in place of them; null: none. */
  readonly properties: Properties;
  /** Where the copy goes; the caller as it is there. */
  readonly into: Caller;
  readonly type: 'copy-of-image' | 'copy-of-image-elsewhere';
}

/** Looks at an image before a job works on it. @throws what the dialect refuses */
export type CheckImageForJob = (image: Image) => void;

/** Jobs on an existing image. Every method throws `Refused`, as ImageService does. */
export class ImageJobService {
  constructor(
    private readonly store: JobStore,
    private readonly images: ImageService,
    private readonly data: ImageDataService,
    private readonly clock: Clock,
    private readonly scheduler: JobScheduler,
  ) {}

  /**
   * A private image with the source's attributes and data, and none of its tags. The data are copied before the job is
   * answered. @throws Refused not-allowed, image-limit-reached, data-no-room, data-deactivated
   */
  async copy(
    caller: Caller,
    imageId: string,
    { name, properties, into, type }: CopyRequest,
    plan: JobPlan,
    check: CheckImageForJob,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const { image: source } = await this.data.open(caller, imageId);
    check(source);
    const copyId = this.images.ids.next(into.projectId ?? '');
    const copy = this.images.prepare(into, { ...copied(source, properties), name, imageId: copyId }, 0);
    await this.images.quota.requireRoom(copy.projectId, 1);
    const result = { ...createdImageResult(copyId, name), ...ownerOf(copy, caller) };
    const job = this.scheduler.jobOf(caller, type, begunAt, [result], plan);
    const status = job.isPending ? 'saving' : 'active';
    if (plan.failure !== null && !job.isPending) await this.store.add(job);
    else
      await this.data.copy(source, copyId, (facts) =>
        this.storeCopy(into, { ...copy, status, ...facts }, job),
      );
    this.scheduler.begun(job);
    return job;
  }

  /** A queued image whose data is in a file elsewhere: it becomes active. @throws Refused wrong-status */
  async importFile(
    caller: Caller,
    imageId: string,
    properties: Properties,
    plan: JobPlan,
    format: string,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const to = plan.durationMs > 0 ? 'saving' : 'active';
    const fails = plan.failure !== null && to === 'active';
    const image = await this.images.change(
      caller,
      imageId,
      'upload_image',
      ({ status, diskFormat, containerFormat, ...now }) => {
        if (status !== 'queued') throw new Refused({ kind: 'wrong-status', imageId, from: status, to });
        if (fails) return {};
        return {
          status: to,
          diskFormat: diskFormat ?? format,
          containerFormat: containerFormat ?? 'bare',
          properties: new Map([...now.properties, ...properties]),
        };
      },
    );
    const results = [{ ...createdImageResult(imageId, null), ...ownerOf(image, caller) }];
    return this.added(this.scheduler.jobOf(caller, 'image-data-from-file', begunAt, results, plan));
  }

  /** To a file that is elsewhere: only the job is a trace of it. */
  async exportFile(caller: Caller, imageId: string, plan: JobPlan, check: CheckImageForJob): Promise<Job> {
    const begunAt = this.clock.now();
    const { image } = await this.data.open(caller, imageId);
    check(image);
    const results = [createdImageResult(imageId, null)];
    return this.added(this.scheduler.jobOf(caller, 'image-to-file', begunAt, results, plan));
  }

  private async added(job: Job): Promise<Job> {
    await this.store.add(job);
    this.scheduler.begun(job);
    return job;
  }

  private async storeCopy(into: Caller, copy: NewImage, job: Job): Promise<void> {
    const stamp = { by: changedByCaller(into), at: copy.createdAt };
    if (!(await this.store.register([copy], job, stamp)))
      throw new Refused({ kind: 'image-exists', imageId: copy.imageId });
  }
}

function copied(source: Image, properties: Properties) {
  const { diskFormat, containerFormat, minDisk, minRam } = source;
  return {
    diskFormat,
    containerFormat,
    minDisk,
    minRam,
    visibility: 'private',
    properties: new Map(
      [...new Map([...source.properties, ...properties])].filter(([, value]) => value !== null),
    ),
  } as const;
}

/** Named only where it is not the job's own project. */
function ownerOf({ projectId }: ImageRef, { projectId: own }: Caller): { ownerId?: string } {
  return projectId === own ? {} : { ownerId: projectId };
}
