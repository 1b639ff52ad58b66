import type { Request } from 'express';
import type { Image } from '../../core/image';
import type { ImageService } from '../../core/image-service';
import { toPairSelectors } from '../huawei-ims/rules';
import { requireCaller } from '../../http/context';
import type { Operation } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { toImageQuery } from './image-operations';
import { readImageListing } from './image-query';
import { tagRemovalReader, tagWriteReader } from './requests';
import { pairFormatters, tagTextsBody } from './responses';

export function tagOperations({ tags, images, own }: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const readRemoval = tagRemovalReader(own.profile);
  const readWrite = tagWriteReader(own.profile);
  const write = pairFormatters[own.tagText];
  return [
    {
      name: 'removeTags',
      method: 'DELETE',
      path: '/v1/:project_id/cloudimages/:image_id/tags/delete',
      body: 'json',
      run: async (req, res) => {
        const { imageId, pairs } = await readRemoval(req);
        await tags.removePairs(requireCaller(req), imageId, toPairSelectors(pairs, own.batchDelete));
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
        await tags.set(requireCaller(req), imageId, [pair], own.profile.tagsPerImage);
        res.status(204).end();
      },
    },
    {
      name: 'listTags',
      method: 'GET',
      path: '/v1/cloudimages/tags',
      run: async (req, res) => {
        const found = await imagesWithTags(images, req);
        res.json(tagTextsBody(found, write));
      },
    },
  ];
}

/** Only their tags are shown. */
async function imagesWithTags(images: ImageService, req: Request): Promise<readonly Image[]> {
  const listing = readImageListing(req);
  const query = await toImageQuery(images, requireCaller(req), listing, (listing.page - 1) * listing.limit);
  return images.list(requireCaller(req), { ...query, withoutProperties: true });
}
