import { ownImages } from '../../core/ports';
import type { Caller } from '../../core/caller';
import { toPairSelectors } from '../huawei-ims/rules';
import type { ImageService } from '../../core/image-service';
import type { TagService } from '../../core/tag-service';
import { requireCaller } from '../../http/context';
import { tagsEtag } from '../../http/entity-tags';
import type { Operation } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { readImageId } from '../huawei-ims/requests';
import { tagBatchReader, pairReader, readImageIdAndTagKey, type TagBatch } from './requests';
import { countBody, imageTagsBody, searchPageBody, projectTagsBody } from './responses';
import { type ResourceInstancesRequest, searchReader } from './search-request';

const root = '/v2/:project_id/images';
const tagsOfImage = `${root}/:image_id/tags`;

export function operations(parts: DialectDeps<HuaweiSettings>): readonly Operation[] {
  return [...writes(parts), ...reads(parts)];
}

function writes({ tags, own }: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const readPair = pairReader(own.profile);
  const readBatch = tagBatchReader(own.profile);
  return [
    {
      name: 'addImageTag',
      method: 'POST',
      path: tagsOfImage,
      body: 'json',
      run: async (req, res) => {
        const { imageId, pair } = await readPair(req);
        await tags.set(requireCaller(req), imageId, [pair], own.profile.tagsPerImage);
        res.status(204).end();
      },
    },
    {
      name: 'changeImageTags',
      method: 'POST',
      path: `${tagsOfImage}/action`,
      body: 'json',
      run: async (req, res) => {
        await change(tags, requireCaller(req), await readBatch(req), own);
        res.status(204).end();
      },
    },
    {
      name: 'removeImageTag',
      method: 'DELETE',
      path: `${tagsOfImage}/:key`,
      run: async (req, res) => {
        const { imageId, key } = readImageIdAndTagKey(req);
        await tags.removeKey(requireCaller(req), imageId, key);
        res.status(204).end();
      },
    },
  ];
}

function reads({ tags, images, own }: DialectDeps<HuaweiSettings>): readonly Operation[] {
  const readSearch = searchReader(own.profile);
  return [
    {
      name: 'listImageTags',
      method: 'GET',
      path: tagsOfImage,
      run: async (req, res) => {
        const imageId = readImageId(req);
        const found = await tags.show(requireCaller(req), imageId);
        res.set('ETag', tagsEtag(found.revision)).json(imageTagsBody(found.tags));
      },
    },
    {
      name: 'listProjectTags',
      method: 'GET',
      path: `${root}/tags`,
      run: async (req, res) => {
        res.json(projectTagsBody(await tags.listProject(requireCaller(req))));
      },
    },
    {
      name: 'findImages',
      method: 'POST',
      path: `${root}/resource_instances/action`,
      body: 'json',
      run: async (req, res) => {
        res.json(await find(images, requireCaller(req), await readSearch(req)));
      },
    },
  ];
}

async function change(
  tags: TagService,
  caller: Caller,
  batch: TagBatch,
  { profile, batchDelete }: HuaweiSettings,
): Promise<void> {
  const { imageId } = batch;
  const { tagsPerImage } = profile;
  if (batch.action === 'create') await tags.set(caller, imageId, batch.pairs, tagsPerImage);
  else await tags.removePairs(caller, imageId, toPairSelectors(batch.pairs, batchDelete));
}

/** Among the project's own images, the newest first. */
async function find(
  images: ImageService,
  caller: Caller,
  { action, where, ...page }: ResourceInstancesRequest,
): Promise<object> {
  if (action === 'count') return countBody(await images.count(caller, { source: ownImages, where }));
  const query = { source: ownImages, where, sort, marker: null, ...page };
  const [total, found] = await Promise.all([
    images.count(caller, { source: ownImages, where }),
    images.list(caller, { ...query, withoutProperties: true }),
  ]);
  return searchPageBody(total, found);
}

const sort = [
  { field: 'createdAt', descending: true },
  { field: 'id', descending: true },
] as const;
