import { selectorsOf } from '../../core/huawei-rules';
import { callerOf } from '../../http/context';
import type { Operation } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { listImages } from './image-operations';
import { readListing } from './image-query';
import { removalReader, writeReader } from './requests';
import { pairTexts, tagTextsBody } from './responses';

export function tagOperations({ tags, images, settings }: DialectParts): readonly Operation[] {
  const readRemoval = removalReader(settings.huawei);
  const readWrite = writeReader(settings.huawei);
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
        await tags.set(callerOf(req), imageId, [pair], settings.huawei.tagsPerImage);
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
