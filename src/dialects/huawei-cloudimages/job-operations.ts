import type { Request } from 'express';
import type { Job } from '../../core/job';
import { callerOf } from '../../http/context';
import type { Handler, Operation } from '../../http/operations';
import { refuseRequest } from '../../http/schema-parts';
import type { DialectParts } from '../dialect';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { sharingAnswerReader, sharingReader } from './member-requests';
import { quickImportReader, registrationReader } from './registration-request';
import { callerIn } from '../huawei-ims/requests';
import { jobBody, jobIdBody, jobProgressBody } from './responses';

/** What makes jobs: registering images and sharing them. */
export function jobOperations(parts: DialectParts<HuaweiSettings>): readonly Operation[] {
  return [...registrations(parts), ...outcomes(parts), ...sharing(parts)];
}

function registrations({ jobs, own }: DialectParts<HuaweiSettings>): readonly Operation[] {
  const profile = own.profile;
  const register =
    (read: ReturnType<typeof registrationReader>): Handler =>
    async (req, res) => {
      const { type, images: wanted } = await read(req);
      res.json(jobIdBody(await jobs.register(callerOf(req), type, wanted, profile.tagsPerImage)));
    };
  return [
    {
      name: 'registerImage',
      method: 'POST',
      path: '/v2/cloudimages/action',
      body: 'json',
      run: register(registrationReader(profile)),
    },
    {
      name: 'importImage',
      method: 'POST',
      path: '/v2/cloudimages/quickimport/action',
      body: 'json',
      run: register(quickImportReader(profile)),
    },
  ];
}

/** Already finished when requested. */
function outcomes({ jobs }: DialectParts): readonly Operation[] {
  const found = async (req: Request): Promise<Job> => {
    const job = await jobs.show(callerOf(req), String(req.params['job_id']));
    return job ?? refuseRequest('job_id', 'IMG.0121');
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

function sharing({ jobs, isProjectId }: DialectParts<HuaweiSettings>): readonly Operation[] {
  const readSharing = sharingReader(isProjectId);
  const readSharingAnswer = sharingAnswerReader(isProjectId);
  const path = '/v1/cloudimages/members';
  return [
    {
      name: 'addMembers',
      method: 'POST',
      path,
      body: 'json',
      run: async (req, res) => {
        res.json(jobIdBody(await jobs.share(callerOf(req), await readSharing(req))));
      },
    },
    {
      name: 'removeMembers',
      method: 'DELETE',
      path,
      body: 'json',
      run: async (req, res) => {
        res.json(jobIdBody(await jobs.unshare(callerOf(req), await readSharing(req))));
      },
    },
    {
      name: 'answerSharing',
      method: 'PUT',
      path,
      body: 'json',
      run: async (req, res) => {
        const { imageIds, projectId, status } = await readSharingAnswer(req);
        res.json(jobIdBody(await jobs.answer(callerIn(callerOf(req), projectId), imageIds, status)));
      },
    },
  ];
}
