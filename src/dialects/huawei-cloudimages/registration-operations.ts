import { requireCaller } from '../../http/context';
import type { Handler, Operation } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import type { HuaweiSettings } from '../huawei-ims/settings';
import type { RequestReader } from '../huawei-ims/requests';
import { jobPlanForRequest } from './job-plan';
import { dataImageReader, wholeImageReader } from './whole-and-data-images';
import { jobIdBody } from './job-responses';
import { quickImportReader, type Registration, registrationReader } from './registration-request';

/** Images from servers, volumes, backups and files. Paths of `/v2.1`, which the vendor calls the safe mode, do the same. */
export function registrationOperations({ jobs, own }: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const profile = own.profile;
  const register =
    (read: RequestReader<Registration>): Handler =>
    async (req, res) => {
      const { type, images } = await read(req);
      const job = await jobs.register(
        requireCaller(req),
        type,
        images,
        profile.tagsPerImage,
        jobPlanForRequest(req, own),
      );
      res.json(jobIdBody(job));
    };
  const [create, quickly] = [register(registrationReader(profile)), register(quickImportReader(profile))];
  const [whole, data] = [register(wholeImageReader(profile)), register(dataImageReader(profile))];
  const post = (name: string, path: string, run: Handler): Operation => {
    return { name, method: 'POST', path, body: 'json', run };
  };
  return [
    post('registerImage', '/v2/cloudimages/action', create),
    post('registerImageSafely', '/v2.1/cloudimages/action', create),
    post('importImage', '/v2/cloudimages/quickimport/action', quickly),
    post('importImageSafely', '/v2.1/cloudimages/quickimport/action', quickly),
    post('registerWholeImage', '/v1/cloudimages/wholeimages/action', whole),
    post('registerDataImage', '/v1/cloudimages/dataimages/action', data),
    post('registerDataImageSafely', '/v2.1/cloudimages/dataimages/action', data),
  ];
}
