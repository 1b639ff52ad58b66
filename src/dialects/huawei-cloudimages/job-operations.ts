import type { Request } from 'express';
import type { JobWithProgress } from '../../core/job';
import { requireCaller } from '../../http/context';
import type { Operation } from '../../http/operations';
import { throwInvalidRequest } from '../../http/schema-parts';
import type { DialectDeps } from '../dialect';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { jobPlanForRequest } from './job-plan';
import { sharingDecisionReader, sharingReader } from './member-requests';
import { resolveReceivers } from './receivers';
import { requireCallerIn } from '../huawei-ims/requests';
import { jobBody, jobIdBody, jobProgressBody } from './job-responses';

/** Jobs themselves, and the sharing of images, which makes jobs. */
export function jobOperations(parts: DialectDeps<HuaweiSettings>): readonly Operation[] {
  return [...outcomes(parts), ...sharing(parts)];
}

function outcomes({ jobs }: DialectDeps): readonly Operation[] {
  const found = async (req: Request): Promise<JobWithProgress> => {
    const job = await jobs.show(requireCaller(req), String(req.params['job_id']));
    return job ?? throwInvalidRequest('job_id', 'IMG.0121');
  };
  return [
    {
      name: 'showJob',
      method: 'GET',
      path: '/v1/:project_id/jobs/:job_id',
      run: async (req, res) => {
        res.json(jobBody(await found(req)));
      },
    },
    {
      // What the vendor recommends instead of the other.
      name: 'showJobProgress',
      method: 'GET',
      path: '/v1/cloudimages/job/:job_id',
      run: async (req, res) => {
        res.json(jobProgressBody(await found(req)));
      },
    },
  ];
}

function sharing(parts: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const { jobs, isProjectId, own } = parts;
  const readSharing = sharingReader(isProjectId);
  const readSharingAnswer = sharingDecisionReader(isProjectId);
  const path = '/v1/cloudimages/members';
  return [
    {
      name: 'addMembers',
      method: 'POST',
      path,
      body: 'json',
      run: async (req, res) => {
        const sharing = await resolveReceivers(parts, await readSharing(req));
        res.json(jobIdBody(await jobs.share(requireCaller(req), sharing, jobPlanForRequest(req, own))));
      },
    },
    {
      name: 'removeMembers',
      method: 'DELETE',
      path,
      body: 'json',
      run: async (req, res) => {
        const sharing = await resolveReceivers(parts, await readSharing(req));
        res.json(jobIdBody(await jobs.unshare(requireCaller(req), sharing, jobPlanForRequest(req, own))));
      },
    },
    {
      name: 'answerSharing',
      method: 'PUT',
      path,
      body: 'json',
      run: async (req, res) => {
        const { imageIds, projectId, status } = await readSharingAnswer(req);
        const member = requireCallerIn(requireCaller(req), projectId);
        res.json(jobIdBody(await jobs.answer(member, imageIds, status, jobPlanForRequest(req, own))));
      },
    },
  ];
}
