import type { Instant } from './clock';
import type { Refusal } from './errors';
import type { NewImage } from './image';
import type { Stamp } from './tag-change';

/** What a job did; every job is done before its request is answered. */
export type JobType =
  | 'image-from-server'
  | 'image-from-volume'
  | 'image-from-file'
  | 'data-images-from-volumes'
  | 'data-image-from-file'
  | 'add-members'
  | 'remove-members'
  | 'update-members';

export type JobFault = Refusal['kind'] | 'shared-with-its-owner';

/** The result for one image, or for one image and one project. */
export interface JobResult {
  readonly imageId: string;
  readonly imageName: string | null;
  /** The project that the image is shared with, in a sharing job. */
  readonly memberId: string | null;
  /** null: done */
  readonly fault: JobFault | null;
}

/** A record of work that another service would do in the background. */
export interface Job {
  readonly projectId: string;
  /** 32 hex digits */
  readonly jobId: string;
  readonly type: JobType;
  readonly begunAt: Instant;
  readonly endedAt: Instant;
  readonly results: readonly JobResult[];
}

export interface JobStore {
  /** Stores the images and the job, or nothing. @returns false if an image's id is taken */
  register(images: readonly NewImage[], job: Job, stamp: Stamp): Promise<boolean>;
  add(job: Job): Promise<void>;
  get(projectId: string, jobId: string): Promise<Job | undefined>;
}
