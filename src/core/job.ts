import type { Instant } from './clock';
import type { Refusal } from './errors';
import type { ImageRef, NewImage } from './image';
import type { ChangeStamp } from './tag-change';

/** What a job does. */
export type JobType =
  | 'image-from-server'
  | 'image-from-volume'
  | 'image-from-file'
  | 'data-images-from-volumes'
  | 'data-image-from-file'
  | 'whole-image-from-server'
  | 'whole-image-from-backup'
  | 'image-data-from-file'
  | 'image-to-file'
  | 'copy-of-image'
  | 'copy-of-image-elsewhere'
  | 'add-members'
  | 'remove-members'
  | 'update-members';

/** `asked-for`: nothing was done, because the request's job was to fail. */
export type JobFault = Refusal['kind'] | 'shared-with-its-owner' | 'receiver-unknown' | 'asked-for';

/** The result for one image, or for one image and one project. */
export interface JobResult {
  readonly imageId: string;
  readonly imageName: string | null;
  /** What the image is shared with, in a sharing job. */
  readonly memberId: string | null;
  /** null: done */
  readonly fault: JobFault | null;
  /** The project of an image that is not in the job's own. */
  readonly ownerId?: string;
}

/** A record of work that another service would do in the background. */
export interface Job {
  readonly projectId: string;
  /** 32 hex digits */
  readonly jobId: string;
  readonly type: JobType;
  readonly begunAt: Instant;
  /** In the future while the job runs. */
  readonly endedAt: Instant;
  readonly results: readonly JobResult[];
  /** The error code with which the job was asked to fail. */
  readonly failure: string | null;
  /** Its images have yet to become what they are at its end. */
  readonly isPending: boolean;
}

/** How long a job takes, and the error code with which it fails, if it was asked to. */
export interface JobPlan {
  readonly durationMs: number;
  readonly failure: string | null;
}

export type JobState = 'begun' | 'running' | 'done' | 'failed';

/** @param part of the job that is done, from 0 to 1 */
export interface JobWithProgress extends Job {
  readonly state: JobState;
  readonly part: number;
}

/** Jobs wait for this part of their time before they run. */
const waitingPart = 0.1;

export function jobWithProgress(job: Job, now: Instant): JobWithProgress {
  if (!job.isPending) {
    const hasFailed = job.failure !== null || job.results.some(({ fault }) => fault !== null);
    return { ...job, state: hasFailed ? 'failed' : 'done', part: 1 };
  }
  const [begun, ended, moment] = [job.begunAt, job.endedAt, now].map((at) => Date.parse(at));
  const part = ((moment ?? 0) - (begun ?? 0)) / Math.max((ended ?? 0) - (begun ?? 0), 1);
  // Not whole before its images are what it makes of them.
  const bounded = Math.min(Math.max(part, 0), 0.99);
  return { ...job, state: bounded < waitingPart ? 'begun' : 'running', part: bounded };
}

/** The change to an image when the job that works on it ends. */
export interface ImageChangeAtJobEnd {
  readonly image: ImageRef;
  readonly becomes: 'active' | 'queued' | 'removed';
}

/** The images that are not yet what the job makes of them. */
export function imageChangesAtJobEnd({
  type,
  projectId,
  results,
  failure,
}: Job): readonly ImageChangeAtJobEnd[] {
  if (type.endsWith('-members') || type === 'image-to-file') return [];
  const lost = type === 'image-data-from-file' ? 'queued' : 'removed';
  return results.map(({ imageId, ownerId = projectId }) => ({
    image: { projectId: ownerId, imageId },
    becomes: failure === null ? 'active' : lost,
  }));
}

export type PendingJob = Pick<Job, 'projectId' | 'jobId' | 'endedAt'>;

export interface JobStore {
  /** Stores the images and the job, or nothing. @returns false if an image's id is taken */
  register(images: readonly NewImage[], job: Job, stamp: ChangeStamp): Promise<boolean>;
  add(job: Job): Promise<void>;
  get(projectId: string, jobId: string): Promise<Job | undefined>;
  /** The jobs of all projects that have not been ended, those that end first. */
  pending(limit: number): Promise<readonly PendingJob[]>;
  /** Once for each job, with the ends of its images. @returns the images that were removed */
  end(job: Job, ends: readonly ImageChangeAtJobEnd[], stamp: ChangeStamp): Promise<readonly string[]>;
}
