import { type RequestHandler, Router } from 'express';
import type { Caller } from '../../core/caller';
import type { ImageService } from '../../core/image-service';
import type { TagService } from '../../core/tag-service';
import { authenticate } from '../../http/authenticate';
import { callerOf } from '../../http/context';
import { nameRequest, readJson, refuseHead, refuseRoute } from '../../http/middleware';
import type { DialectParts } from '../dialect';
import { renderError } from './errors';
import {
  batchReader,
  bodyLimit,
  callerInProject,
  pairReader,
  readImageId,
  readImageKey,
  type TagBatch,
} from './requests';
import { countBody, imageTagsBody, pageBody, projectTagsBody } from './responses';
import { type ImageFind, searchReader } from './search-request';

const root = '/v2/:project_id/images';
const tagsOfImage = `${root}/:image_id/tags`;

export function router({ tags, images, authenticator, settings, gates }: DialectParts): Router {
  const readPair = pairReader(settings.huawei);
  const readBatch = batchReader(settings.huawei);
  const readSearch = searchReader(settings.huawei);
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(nameRequest, ...gates, authenticate(authenticator), refuseHead);

  routes.post(tagsOfImage, inProject, json, async (req, res) => {
    const { imageId, pair } = await readPair(req);
    await tags.set(callerOf(req), imageId, [pair]);
    res.status(204).end();
  });
  routes.get(tagsOfImage, inProject, async (req, res) => {
    const imageId = readImageId(req);
    res.json(imageTagsBody(await tags.list(callerOf(req), imageId)));
  });
  routes.post(`${tagsOfImage}/action`, inProject, json, async (req, res) => {
    await change(tags, callerOf(req), await readBatch(req));
    res.status(204).end();
  });
  routes.delete(`${tagsOfImage}/:key`, inProject, async (req, res) => {
    const { imageId, key } = readImageKey(req);
    await tags.removeKey(callerOf(req), imageId, key);
    res.status(204).end();
  });
  routes.get(`${root}/tags`, inProject, async (req, res) => {
    res.json(projectTagsBody(await tags.listProject(callerOf(req))));
  });
  routes.post(`${root}/resource_instances/action`, inProject, json, async (req, res) => {
    res.json(await find(images, callerOf(req), await readSearch(req)));
  });

  routes.use(refuseRoute, renderError);
  return routes;
}

function change(tags: TagService, caller: Caller, batch: TagBatch): Promise<void> {
  if (batch.action === 'create') return tags.set(caller, batch.imageId, batch.pairs);
  return tags.removePairs(caller, batch.imageId, batch.pairs);
}

/** Among the project's own images, the newest first. */
async function find(
  images: ImageService,
  caller: Caller,
  { action, where, ...page }: ImageFind,
): Promise<object> {
  if (action === 'count') return countBody(await images.count(caller, { source, where }));
  const query = { source, where, sort, marker: null, ...page };
  const [total, found] = await Promise.all([
    images.count(caller, { source, where }),
    images.list(caller, query),
  ]);
  return pageBody(total, found);
}

const source = { own: true, public: false, community: false, shared: 'none', everyProject: false } as const;
const sort = [
  { field: 'createdAt', descending: true },
  { field: 'id', descending: true },
] as const;

const inProject: RequestHandler = (req, _res, next) => {
  req.caller = callerInProject(req);
  next();
};

const json = readJson(bodyLimit);
