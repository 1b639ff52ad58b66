import type { Caller } from '../../core/caller';
import { requireCaller } from '../../http/context';
import type { Handler, Operation } from '../../http/operations';
import { throwInvalidRequest } from '../../http/schema-parts';
import type { DialectDeps } from '../dialect';
import { readImageId } from '../huawei-ims/requests';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { jobPlanForRequest } from './job-plan';
import { createCrossRegionCopyCheck, createCopyCheck, createExportCheck } from './image-job-checks';
import {
  readCopyRequest,
  readCrossRegionCopyRequest,
  readExportRequest,
  readImportRequest,
} from './image-job-requests';
import { jobIdBody } from './job-responses';

/** Jobs on an existing image: copies, export, and the file of an image that was only described. */
export function imageJobOperations(parts: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const [copy, toFile] = [copyImage(parts), exportImage(parts)];
  const on = (name: string, method: Operation['method'], path: string, run: Handler): Operation => {
    return { name, method, path, body: 'json', run };
  };
  return [
    on('copyImage', 'POST', '/v1/cloudimages/:image_id/copy', copy),
    on('copyImageSafely', 'POST', '/v2.1/cloudimages/:image_id/copy', copy),
    on('copyImageAcrossRegions', 'POST', '/v1/cloudimages/:image_id/cross_region_copy', copyAcross(parts)),
    on('exportImage', 'POST', '/v1/cloudimages/:image_id/file', toFile),
    on('exportImageSafely', 'POST', '/v2.1/cloudimages/:image_id/file', toFile),
    on('uploadFile', 'PUT', '/v1/cloudimages/:image_id/upload', importFile(parts)),
  ];
}

function copyImage({ imageJobs, own }: DialectDeps<HuaweiSettings>): Handler {
  return async (req, res) => {
    const [caller, imageId] = [requireCaller(req), readImageId(req)];
    const { name, key, properties } = await readCopyRequest(req);
    const request = { name, properties: properties(imageId), into: caller, type: 'copy-of-image' } as const;
    const check = createCopyCheck(key);
    res.json(jobIdBody(await imageJobs.copy(caller, imageId, request, jobPlanForRequest(req, own), check)));
  };
}

/** The project named stands for its region: its images are those of another region. */
function copyAcross(parts: DialectDeps<HuaweiSettings>): Handler {
  const { imageJobs, own } = parts;
  return async (req, res) => {
    const [caller, imageId] = [requireCaller(req), readImageId(req)];
    const { name, project, vault, properties } = await readCrossRegionCopyRequest(req);
    const into = await destination(parts, caller, project);
    const type = 'copy-of-image-elsewhere';
    const request = { name, properties: properties(imageId), into, type } as const;
    const check = createCrossRegionCopyCheck(caller, vault);
    res.json(jobIdBody(await imageJobs.copy(caller, imageId, request, jobPlanForRequest(req, own), check)));
  };
}

/** The caller in the project of that name. @throws HttpFault invalid-request */
async function destination({ identity }: DialectDeps, caller: Caller, name: string): Promise<Caller> {
  const [place, another] = (await identity?.places.ofUser(caller.userId, name)) ?? [];
  if (!place) return throwInvalidRequest('project_name', 'IMG.0145');
  if (another) return throwInvalidRequest('project_name', 'IMG.0104');
  if (place.projectId === caller.projectId) return throwInvalidRequest('region', 'IMG.0142');
  const { projectId, roles, accessLevel } = place;
  if (accessLevel !== 'member' && accessLevel !== 'admin')
    return throwInvalidRequest('agency_name', 'IMG.0151');
  return { ...caller, projectId, roles, accessLevel: 'member' };
}

function exportImage({ imageJobs, own }: DialectDeps<HuaweiSettings>): Handler {
  return async (req, res) => {
    const [caller, imageId] = [requireCaller(req), readImageId(req)];
    await readExportRequest(req);
    res.json(
      jobIdBody(
        await imageJobs.exportFile(caller, imageId, jobPlanForRequest(req, own), createExportCheck(caller)),
      ),
    );
  };
}

function importFile({ imageJobs, own }: DialectDeps<HuaweiSettings>): Handler {
  return async (req, res) => {
    const imageId = readImageId(req);
    const { format, properties } = await readImportRequest(req);
    const plan = jobPlanForRequest(req, own);
    res.json(jobIdBody(await imageJobs.importFile(requireCaller(req), imageId, properties, plan, format)));
  };
}
