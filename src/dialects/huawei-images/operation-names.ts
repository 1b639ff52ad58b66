import type { OperationNames } from '../../http/operations';

/** As the contract names them; that they agree is tested. */
export const operations: OperationNames = {
  '/v2/:project_id/images/:image_id/tags': { GET: 'listImageTags', POST: 'addImageTag' },
  '/v2/:project_id/images/:image_id/tags/action': { POST: 'changeImageTags' },
  '/v2/:project_id/images/:image_id/tags/:key': { DELETE: 'removeImageTag' },
  '/v2/:project_id/images/tags': { GET: 'listProjectTags' },
  '/v2/:project_id/images/resource_instances/action': { POST: 'findImages' },
};
