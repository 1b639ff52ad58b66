import { selectorsOf } from '../huawei-ims/rules';
import { callerOf } from '../../http/context';
import type { Operation } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { huaweiProfiles } from '../huawei-ims/profiles';
import { listImages } from './image-operations';
import { readListing } from './image-query';
import { removalReader, writeReader } from './requests';
import { pairTexts, tagTextsBody } from './responses';

export function tagOperations({ tags, images, settings }: DialectParts): readonly Operation[] {
  const readRemoval = removalReader(huaweiProfiles[settings.huaweiProfile]);
  const readWrite = writeReader(huaweiProfiles[settings.huaweiProfile]);
  const write = pairTexts[settings.tagText];
  return [
    {
      name: 'removeTags',
      method: 'DELETE',
      path: '/v1/:project_id/cloudimages/:image_id/tags/delete',
      body: 'json',
      run: async (req, res) => {
        const { imageId, pairs } = await readRemoval(req);
        await tags.removePairs(callerOf(req), imageId, selectorsOf(pairs, settings.batchDelete));
        res.status(204).end();
      },
    },
    {
      name: 'setTag',
      method: 'PUT',
      path: '/v1/cloudimages/tags',
      body: 'json',
      run: async (req, res) => {
        const { imageId, pair } = await readWrite(req);
        req.imageId = imageId;
        await tags.set(callerOf(req), imageId, [pair], huaweiProfiles[settings.huaweiProfile].tagsPerImage);
        res.status(204).end();
      },
    },
    {
      name: 'listTags',
      method: 'GET',
      path: '/v1/cloudimages/tags',
      run: async (req, res) => {
        const listing = readListing(req);
        const offset = (listing.page - 1) * listing.limit;
        res.json(tagTextsBody(await listImages(images, callerOf(req), listing, offset), write));
      },
    },
  ];
}
