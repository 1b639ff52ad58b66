import type { OperationNames } from '../../http/operations';

/** As the contract names them; that they agree is tested. */
export const operations: OperationNames = {
  '/v1/:project_id/cloudimages/:image_id/tags/delete': { DELETE: 'removeTags' },
  '/v1/cloudimages/tags': { GET: 'listTags', PUT: 'setTag' },
  '/v2/cloudimages': { GET: 'listImages' },
  '/v2/cloudimages/:image_id': { PATCH: 'updateImage' },
  '/v2/cloudimages/action': { POST: 'registerImage' },
  '/v2/cloudimages/quickimport/action': { POST: 'importImage' },
  '/v1/:project_id/jobs/:job_id': { GET: 'showJob' },
  '/v1/cloudimages/quota': { GET: 'showQuota' },
  '/v1/cloudimages/members': { POST: 'addMembers', PUT: 'answerSharing', DELETE: 'removeMembers' },
};
