import type { OperationNames } from '../../src/http/operations';

/** As the contract names them. */
export const operations: OperationNames = {
  '/plain/images/:image_id/tags': { GET: 'listTags' },
  '/plain/images/:image_id/tags/:tag': { PUT: 'addTag', DELETE: 'removeTag' },
};
