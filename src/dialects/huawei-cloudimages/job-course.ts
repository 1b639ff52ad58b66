import type { Request } from 'express';
import type { JobCourse } from '../../core/job';
import type { HuaweiSettings } from '../huawei-ims/settings';

/** How the job of this request goes: by the settings, and by the faults of `/admin`. */
export function jobCourseForRequest({ jobFailure }: Request, { jobMs }: HuaweiSettings): JobCourse {
  return { durationMs: jobMs, failure: jobFailure ?? null };
}
