import type { Request } from 'express';
import type { JobPlan } from '../../core/job';
import type { HuaweiSettings } from '../huawei-ims/settings';

/** How long this request's job takes and whether it fails, by the settings and the faults of `/admin`. */
export function jobPlanForRequest({ jobFailure }: Request, { jobMs }: HuaweiSettings): JobPlan {
  return { durationMs: jobMs, failure: jobFailure ?? null };
}
