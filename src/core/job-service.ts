import type { PolicyAction } from './action';
import { type Caller, changedByCaller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { ImageDescription, MemberStatus } from './image';
import type { ImageService } from './image-service';
import {
  type Job,
  type JobPlan,
  type JobFault,
  type JobResult,
  type JobStore,
  type JobType,
  type JobWithProgress,
  jobWithProgress,
} from './job';
import type { JobScheduler } from './job-scheduler';
import type { MemberService } from './member-service';
import { roleAllows } from './policy';
import { type TagPair, tagFromPair } from './tag';

/** An image to register as existing, with its pairs. */
export interface ImageRegistration extends Partial<ImageDescription> {
  readonly name: string;
  readonly pairs: readonly TagPair[];
}

/** Images, and the projects to share or unshare each of them with. */
export interface SharingRequest {
  readonly imageIds: readonly string[];
  readonly memberIds: readonly string[];
  /** Receivers that are nowhere to be found: nothing is shared with them, and the job says so. */
  readonly unknown: readonly string[];
}

/** Work that is asynchronous elsewhere: accepted here with a job as the record of its result. */
export class JobService {
  constructor(
    private readonly store: JobStore,
    private readonly images: ImageService,
    private readonly members: MemberService,
    private readonly clock: Clock,
    private readonly scheduler: JobScheduler,
  ) {}

  /**
   * Creates the images with their tags, all or none. They are private, and active when the job is done: their data is
   * assumed to be where the request says. @throws Refused not-allowed, tag-invalid, tag-, image- and property-limit-reached
   */
  async register(
    caller: Caller,
    type: JobType,
    wanted: readonly ImageRegistration[],
    tagLimit: number,
    plan: JobPlan,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const status = plan.durationMs > 0 ? 'saving' : 'active';
    const images = wanted.map(({ pairs, ...description }) => {
      const imageId = this.images.ids.next(caller.projectId ?? '');
      const tags = pairs.map((pair) => tagFromPair(pair).name);
      const request = { visibility: 'private', status, ...description, imageId, tags } as const;
      return this.images.prepare(caller, request, tagLimit);
    });
    await this.images.quota.requireRoom(caller.projectId ?? '', images.length);
    const results = images.map(({ imageId, name }) => createdImageResult(imageId, name));
    const job = this.scheduler.jobOf(caller, type, begunAt, results, plan);
    const stored = plan.failure !== null && !job.isPending ? [] : images;
    if (!(await this.store.register(stored, job, { by: changedByCaller(caller), at: begunAt })))
      throw new Refused({ kind: 'image-exists', imageId: images[0]?.imageId ?? '' });
    this.scheduler.begun(job);
    return job;
  }

  /** @returns undefined if the caller's project has no such job @throws Refused not-allowed */
  async show(caller: Caller, jobId: string): Promise<JobWithProgress | undefined> {
    const job = await this.store.get(this.images.requireListing(caller), jobId);
    return job && jobWithProgress(await this.scheduler.upToDate(job), this.clock.now());
  }

  /** Shares every image with every project; private images become shared. Idempotent. */
  async share(caller: Caller, sharing: SharingRequest, plan: JobPlan): Promise<Job> {
    this.requireRole(caller, 'add_member');
    return this.each(caller, 'add-members', sharing, plan, 'member-exists', async (imageId, memberId) => {
      const image = await this.images.show(caller, imageId);
      if (image.projectId === memberId) return 'shared-with-its-owner';
      if (image.visibility === 'private') await this.openToMembers(caller, imageId);
      await this.members.add(caller, imageId, memberId);
      return null;
    });
  }

  /** Idempotent: a missing member is no error. */
  async unshare(caller: Caller, sharing: SharingRequest, plan: JobPlan): Promise<Job> {
    this.requireRole(caller, 'delete_member');
    const type = 'remove-members';
    return this.each(caller, type, sharing, plan, 'member-not-found', async (imageId, memberId) => {
      await this.members.remove(caller, imageId, memberId);
      return null;
    });
  }

  /** Accepts or rejects images for the caller's project. */
  async answer(
    caller: Caller,
    imageIds: readonly string[],
    status: MemberStatus,
    plan: JobPlan,
  ): Promise<Job> {
    this.requireRole(caller, 'modify_member');
    const sharing = { imageIds, memberIds: [caller.projectId ?? ''], unknown: [] };
    return this.each(caller, 'update-members', sharing, plan, null, async (imageId, memberId) => {
      await this.members.setStatus(caller, imageId, memberId, status);
      return null;
    });
  }

  private async openToMembers(caller: Caller, imageId: string): Promise<void> {
    await this.images.change(caller, imageId, 'modify_image', (image) =>
      image.visibility === 'private' ? { visibility: 'shared' } : {},
    );
  }

  /**
   * A refusal of one pair fails the job but not the other pairs. They are shared at once, whatever time the job takes.
   * @param harmless a refusal to ignore
   */
  private async each(
    caller: Caller,
    type: JobType,
    { imageIds, memberIds, unknown }: SharingRequest,
    plan: JobPlan,
    harmless: JobFault | null,
    step: (imageId: string, memberId: string) => Promise<JobFault | null>,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const results: JobResult[] = [];
    const outcomeOf = async (imageId: string, memberId: string): Promise<JobFault | null> => {
      if (plan.failure !== null) return 'asked-for';
      if (unknown.includes(memberId)) return 'receiver-unknown';
      return step(imageId, memberId).catch(faultOf);
    };
    for (const imageId of imageIds) {
      for (const memberId of [...memberIds, ...unknown]) {
        const fault = await outcomeOf(imageId, memberId);
        results.push({ imageId, imageName: null, memberId, fault: fault === harmless ? null : fault });
      }
    }
    const job = this.scheduler.jobOf(caller, type, begunAt, results, plan);
    await this.store.add(job);
    this.scheduler.begun(job);
    return job;
  }

  private requireRole(caller: Caller, action: PolicyAction): void {
    if (roleAllows(caller, action)) return;
    throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
  }
}

/** Of an image that a job makes. */
export function createdImageResult(imageId: string, imageName: string | null): JobResult {
  return { imageId, imageName, memberId: null, fault: null };
}

/** Only the core's refusals are results; any other error ends the request. */
function faultOf(error: unknown): JobFault {
  if (error instanceof Refused) return error.refusal.kind;
  throw error;
}
