import type { Instant } from '../../core/clock';
import type { Job, JobResult, JobState, JobType, JobWithProgress } from '../../core/job';
import { requestedFailureError, jobFaultError } from '../huawei-ims/errors';

export function jobIdBody({ jobId }: Pick<Job, 'jobId'>): { job_id: string } {
  return { job_id: jobId };
}

const jobTypes: Readonly<Record<JobType, string>> = {
  'image-from-server': 'imsCreateImageByInstance',
  'image-from-volume': 'imsVolumeCreateImageJob',
  'image-from-file': 'imsImportImageJob',
  'data-images-from-volumes': 'imsVolumesToSysDataImagesJob',
  'data-image-from-file': 'imsImportDataImageJob',
  'whole-image-from-server': 'imsCreateWholeImageByInstanceJob',
  'whole-image-from-backup': 'imsCreateWholeImageByBackupJob',
  'image-data-from-file': 'imsNativeImportImageJob',
  'image-to-file': 'imsNativeExportImageJob',
  'copy-of-image': 'imsCopyImageInRegionJob',
  // Not documented: a guess after the others.
  'copy-of-image-elsewhere': 'imsCopyImageCrossRegionJob',
  'add-members': 'imsAddImageMembersJob',
  'remove-members': 'imsDelImageMembersJob',
  'update-members': 'imsUpdateImageMembersJob',
};

/** The same job where the vendor has its progress: all of a job is done that is over, also of one that failed. */
export function jobProgressBody(job: JobWithProgress): object {
  const { entities, ...state } = jobBody(job);
  return {
    ...state,
    entities: { ...entities, process_percent: percent(job.part), current_task: taskOf(job) },
  };
}

function percent(part: number): number {
  return Math.floor(part * 100) / 100;
}

/** `CopyImageInRegionTask` of the job `imsCopyImageInRegionJob`, while it runs. */
function taskOf({ type, state }: JobWithProgress): string {
  return state === 'running' ? `${jobTypes[type].slice(3).replace(/Job$/, '')}Task` : '';
}

export function jobBody(
  job: JobWithProgress,
): { readonly entities: object } & Readonly<Record<string, unknown>> {
  const words = job.state === 'failed' ? failureOf(job) : null;
  return {
    ...stateOf(job, job.jobId, jobTypes[job.type], words),
    entities: job.type.endsWith('-members') ? { results: memberResults(job) } : imageEntities(job, words),
  };
}

type Words = { readonly code: string; readonly message: string } | null;

function failureOf({ failure, results }: JobWithProgress): Words {
  if (failure !== null) return requestedFailureError(failure);
  const fault = results.find((result) => result.fault !== null)?.fault ?? null;
  return fault === null ? null : jobFaultError(fault);
}

/** What is shared is shown when the job is over. */
function memberResults({ state, results }: JobWithProgress): object[] {
  return state === 'done' || state === 'failed' ? results.map(memberResult) : [];
}

/** One image stands at the top; data images also stand each in a job of its own, where Terraform looks for them. */
function imageEntities(job: JobWithProgress, words: Words): object {
  const [first] = job.results;
  const isData = job.type.startsWith('data-');
  const entities = first && (!isData || job.results.length === 1) ? imageEntity(first) : {};
  const disks = isData ? job.results : job.results.slice(1);
  if (disks.length === 0) return entities;
  const subJobs = disks.map((result) => ({
    ...stateOf(job, result.imageId.replaceAll('-', ''), 'imsCopyVolumeToImageJob', words),
    entities: imageEntity(result),
  }));
  return { ...entities, sub_jobs_result: subJobs, sub_jobs_list: subJobs.map(({ job_id }) => job_id) };
}

const states: Readonly<Record<JobState, string>> = {
  begun: 'INIT',
  running: 'RUNNING',
  done: 'SUCCESS',
  failed: 'FAIL',
};

/** `end_time` is empty while a job runs. */
function stateOf(
  { begunAt, endedAt, isPending, state }: JobWithProgress,
  jobId: string,
  jobType: string,
  words: Words,
) {
  return {
    job_id: jobId,
    job_type: jobType,
    begin_time: milliseconds(begunAt),
    end_time: isPending ? '' : milliseconds(endedAt),
    status: states[state],
    error_code: words?.code ?? null,
    fail_reason: words?.message ?? null,
  };
}

function imageEntity({ imageId, imageName }: JobResult): object {
  return imageName === null ? { image_id: imageId } : { image_id: imageId, image_name: imageName };
}

function memberResult({ imageId, memberId, fault }: JobResult): object {
  return { image_id: imageId, project_id: memberId, status: fault === null ? 'success' : 'failed' };
}

function milliseconds(instant: Instant): string {
  return `${instant.slice(0, 23)}Z`;
}
