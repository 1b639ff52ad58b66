import type { OperationNames } from '../../http/operations';
import { rootRoute } from './operations/entry';

/** As the contract names them; that they agree is tested. */
export const operations: OperationNames = {
  '/images/:imageId/tags/:tag': { PUT: 'addTag', DELETE: 'removeTag' },
  '/images': { GET: 'listImages', POST: 'createImage' },
  '/images/:imageId': { GET: 'showImage', PATCH: 'updateImage', DELETE: 'deleteImage' },
  '/images/:imageId/file': { GET: 'downloadImage', PUT: 'uploadImage' },
  '/images/:imageId/actions/deactivate': { POST: 'deactivateImage' },
  '/images/:imageId/actions/reactivate': { POST: 'reactivateImage' },
  '/images/:imageId/members': { GET: 'listMembers', POST: 'addMember' },
  '/images/:imageId/members/:memberId': { GET: 'showMember', PUT: 'updateMember', DELETE: 'removeMember' },
  '/schemas/image': { GET: 'showImageSchema' },
  '/schemas/images': { GET: 'showImagesSchema' },
  '/schemas/member': { GET: 'showMemberSchema' },
  '/schemas/members': { GET: 'showMembersSchema' },
  '/info/stores': { GET: 'listStores' },
  '/info/usage': { GET: 'showUsage' },
  [rootRoute]: { GET: 'showRoot' },
};
