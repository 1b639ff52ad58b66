import { imageTypeOf } from '../../core/computed-attributes';
import { type Instant, wholeSeconds } from '../../core/clock';
import { distinctPairs, dottedFromPair } from '../huawei-ims/rules';
import type { Image, ImageMember } from '../../core/image';
import type { Job, JobResult, JobType } from '../../core/job';
import { limits } from '../../core/limits';
import { byCodePoint, type Pair, type Tag, tagFromPair } from '../../core/tag';
import { jobFaultWords } from '../huawei-ims/errors';
import { memberMarker, type MemberPage } from './member-requests';

/** How a pair is written as one text. */
export type PairText = (pair: Pair) => string;

export const pairTexts: Readonly<Record<'equals' | 'dot', PairText>> = {
  equals: (pair) => tagFromPair(pair).name,
  dot: dottedFromPair,
};

/** The distinct texts of all tags, in order. */
export function tagTextsBody(images: readonly Image[], write: PairText): { tags: string[] } {
  return {
    tags: textsOf(
      images.flatMap(({ tags }) => tags),
      write,
    ),
  };
}

/** @param asking the caller's project: what is private to one is shared to another */
export function imagesBody(images: readonly Image[], asking: string | null): { images: object[] } {
  return { images: images.map((image) => imageBody(image, asking)) };
}

/** Properties first, so that none of them stands for a member of the image itself. */
export function imageBody(image: Image, asking: string | null): object {
  const self = `/v2/images/${image.imageId}`;
  return {
    __isregistered: 'true',
    ...Object.fromEntries([...image.properties].filter(([, value]) => value !== null)),
    __imagetype: imageTypeOf(image, asking),
    id: image.imageId,
    name: image.name,
    owner: image.projectId,
    status: image.status,
    visibility: image.visibility,
    protected: image.protected,
    tags: textsOf(image.tags, pairTexts.equals),
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    size: image.size,
    virtual_size: image.virtualSize,
    checksum: image.checksum,
    created_at: wholeSeconds(image.createdAt),
    updated_at: wholeSeconds(image.updatedAt),
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  };
}

export function memberBody(member: ImageMember): object {
  return {
    status: member.status,
    created_at: wholeSeconds(member.createdAt),
    updated_at: wholeSeconds(member.updatedAt),
    image_id: member.imageId,
    member_id: member.memberId,
    member_type: 'project',
    schema: '/v2/schemas/member',
  };
}

/** In the order of the projects' ids, so that a page goes on behind any of them. */
export function memberPageBody(members: readonly ImageMember[], { limit, after }: MemberPage): object {
  const rest = [...members]
    .sort((one, other) => byCodePoint(one.memberId, other.memberId))
    .filter(({ memberId }) => after === null || byCodePoint(memberId, after) > 0);
  const page = rest.slice(0, limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return {
    members: page.map(memberBody),
    schema: '/v2/schemas/members',
    page_info: { next_marker: last ? memberMarker(last.memberId) : null, current_count: page.length },
  };
}

export function jobIdBody({ jobId }: Job): { job_id: string } {
  return { job_id: jobId };
}

const jobTypes: Readonly<Record<JobType, string>> = {
  'image-from-server': 'imsCreateImageByInstance',
  'image-from-volume': 'imsVolumeCreateImageJob',
  'image-from-file': 'imsImportImageJob',
  'data-images-from-volumes': 'imsVolumesToSysDataImagesJob',
  'data-image-from-file': 'imsImportDataImageJob',
  'add-members': 'imsAddImageMembersJob',
  'remove-members': 'imsDelImageMembersJob',
  'update-members': 'imsUpdateImageMembersJob',
};

/** The same job where the vendor has its progress: all of it is done, also where it failed. */
export function jobProgressBody(job: Job): object {
  const { entities, ...state } = jobBody(job);
  return { ...state, entities: { ...entities, process_percent: 1, current_task: '' } };
}

export function jobBody(job: Job): { readonly entities: object } & Readonly<Record<string, unknown>> {
  const fault = job.results.find((result) => result.fault !== null)?.fault ?? null;
  const words = fault === null ? null : jobFaultWords(fault);
  return {
    ...stateOf(job, job.jobId, jobTypes[job.type], fault === null),
    error_code: words?.code ?? null,
    fail_reason: words?.message ?? null,
    entities: job.type.endsWith('-members') ? { results: job.results.map(memberResult) } : imageEntities(job),
  };
}

/** One image stands at the top; data images also stand each in a job of its own, where Terraform looks for them. */
function imageEntities(job: Job): object {
  const [first] = job.results;
  const entities = job.results.length === 1 && first ? imageEntity(first) : {};
  if (!job.type.startsWith('data-')) return entities;
  const subJobs = job.results.map((result) => ({
    ...stateOf(job, result.imageId.replaceAll('-', ''), 'imsCopyVolumeToImageJob', true),
    error_code: null,
    fail_reason: null,
    entities: imageEntity(result),
  }));
  return { ...entities, sub_jobs_result: subJobs, sub_jobs_list: subJobs.map(({ job_id }) => job_id) };
}

function stateOf(job: Job, jobId: string, jobType: string, done: boolean) {
  return {
    job_id: jobId,
    job_type: jobType,
    begin_time: milliseconds(job.begunAt),
    end_time: milliseconds(job.endedAt),
    status: done ? 'SUCCESS' : 'FAIL',
  };
}

function imageEntity({ imageId, imageName }: JobResult): object {
  return { image_id: imageId, image_name: imageName };
}

function memberResult({ imageId, memberId, fault }: JobResult): object {
  return { image_id: imageId, project_id: memberId, status: fault === null ? 'success' : 'failed' };
}

/** @param limit of own images; null: none, which is -1, as every absent limit */
export function quotaBody(
  used: { readonly own: number; readonly shared: number },
  limit: number | null,
): object {
  const resource = (type: string, count: number, quota = -1): object => ({
    type,
    used: count,
    quota,
    min: 0,
    max: quota,
  });
  return {
    quotas: {
      resources: [
        resource('image', used.own, limit ?? -1),
        resource('image_shared', used.shared),
        { type: 'image_member', used: 0, quota: limits.membersPerImage, min: 0, max: limits.membersPerImage },
      ],
    },
  };
}

function textsOf(tags: readonly Tag[], write: PairText): string[] {
  return [...new Set(distinctPairs(tags).map(write))].sort(byCodePoint);
}

function milliseconds(instant: Instant): string {
  return `${instant.slice(0, 23)}Z`;
}
