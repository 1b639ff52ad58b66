import { randomUUID } from 'node:crypto';
import type { Action } from './action';
import { type Caller, changedBy } from './caller';
import type { Clock, Instant } from './clock';
import { Refused } from './errors';
import type { ImageDescription, MemberStatus } from './image';
import type { ImageService } from './image-service';
import type { Job, JobFault, JobResult, JobStore, JobType } from './job';
import type { MemberService } from './member-service';
import { roleAllows } from './policy';
import { type Pair, tagFromPair } from './tag';

/** An image to register as existing, with its pairs. */
export interface ImageRegistration extends Partial<ImageDescription> {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** Images, and the projects to share or unshare each of them with. */
export interface Sharing {
  readonly imageIds: readonly string[];
  readonly memberIds: readonly string[];
}

/** Work that is asynchronous elsewhere: done at once here, with a job as the record of its result. */
export class JobService {
  constructor(
    private readonly store: JobStore,
    private readonly images: ImageService,
    private readonly members: MemberService,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates the images with their tags, all or none. They are private and active: their data is assumed to be
   * where the request says. @throws Refused not-allowed, tag-invalid, tag-, image- and property-limit-reached
   */
  async register(
    caller: Caller,
    type: JobType,
    wanted: readonly ImageRegistration[],
    tagLimit: number,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const images = wanted.map(({ pairs, ...description }) => {
      const imageId = randomUUID();
      const tags = pairs.map((pair) => tagFromPair(pair).name);
      const request = { visibility: 'private', status: 'active', ...description, imageId, tags } as const;
      return this.images.prepare(caller, request, tagLimit);
    });
    await this.images.quota.requireRoom(caller.projectId ?? '', images.length);
    const results = images.map(({ imageId, name }) => ({
      imageId,
      imageName: name,
      memberId: null,
      fault: null,
    }));
    const job = this.jobOf(caller, type, begunAt, results);
    if (await this.store.register(images, job, { by: changedBy(caller), at: begunAt })) return job;
    throw new Refused({ kind: 'image-exists', imageId: images[0]?.imageId ?? '' });
  }

  /** @returns undefined if the caller's project has no such job @throws Refused not-allowed */
  async show(caller: Caller, jobId: string): Promise<Job | undefined> {
    return this.store.get(this.images.requireListing(caller), jobId);
  }

  /** Shares every image with every project; private images become shared. Idempotent. */
  async share(caller: Caller, sharing: Sharing): Promise<Job> {
    this.requireRole(caller, 'add_member');
    return this.each(caller, 'add-members', sharing, 'member-exists', async (imageId, memberId) => {
      const image = await this.images.show(caller, imageId);
      if (image.projectId === memberId) return 'shared-with-its-owner';
      if (image.visibility === 'private') await this.openToMembers(caller, imageId);
      await this.members.add(caller, imageId, memberId);
      return null;
    });
  }

  /** Idempotent: a missing member is no error. */
  async unshare(caller: Caller, sharing: Sharing): Promise<Job> {
    this.requireRole(caller, 'delete_member');
    return this.each(caller, 'remove-members', sharing, 'member-not-found', async (imageId, memberId) => {
      await this.members.remove(caller, imageId, memberId);
      return null;
    });
  }

  /** Accepts or rejects images for the caller's project. */
  async answer(caller: Caller, imageIds: readonly string[], status: MemberStatus): Promise<Job> {
    this.requireRole(caller, 'modify_member');
    const memberIds = [caller.projectId ?? ''];
    return this.each(caller, 'update-members', { imageIds, memberIds }, null, async (imageId, memberId) => {
      await this.members.setStatus(caller, imageId, memberId, status);
      return null;
    });
  }

  private async openToMembers(caller: Caller, imageId: string): Promise<void> {
    await this.images.change(caller, imageId, 'modify_image', (image) =>
      image.visibility === 'private' ? { visibility: 'shared' } : {},
    );
  }

  /** A refusal of one pair fails the job but not the other pairs. @param harmless a refusal to ignore */
  private async each(
    caller: Caller,
    type: JobType,
    { imageIds, memberIds }: Sharing,
    harmless: JobFault | null,
    step: (imageId: string, memberId: string) => Promise<JobFault | null>,
  ): Promise<Job> {
    const begunAt = this.clock.now();
    const results: JobResult[] = [];
    for (const imageId of imageIds) {
      for (const memberId of memberIds) {
        const fault = await step(imageId, memberId).catch(faultOf);
        results.push({ imageId, imageName: null, memberId, fault: fault === harmless ? null : fault });
      }
    }
    const job = this.jobOf(caller, type, begunAt, results);
    await this.store.add(job);
    return job;
  }

  private jobOf(caller: Caller, type: JobType, begunAt: Instant, results: readonly JobResult[]): Job {
    const jobId = randomUUID().replaceAll('-', '');
    return { projectId: caller.projectId ?? '', jobId, type, begunAt, endedAt: this.clock.now(), results };
  }

  private requireRole(caller: Caller, action: Action): void {
    if (roleAllows(caller, action)) return;
    throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
  }
}

/** Only the core's refusals are results; any other error ends the request. */
function faultOf(error: unknown): JobFault {
  if (error instanceof Refused) return error.refusal.kind;
  throw error;
}
