import { type RequestHandler, Router } from 'express';
import type { Caller } from '../../core/caller';
import type { ImageService } from '../../core/image-service';
import type { TagService } from '../../core/tag-service';
import { authenticate } from '../../http/authenticate';
import { jsonBody } from '../../http/body';
import { callerOf } from '../../http/context';
import { HttpFault } from '../../http/errors';
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

export function router({ tags, images, authenticator, settings }: DialectParts): Router {
  const readPair = pairReader(settings.huawei);
  const readBatch = batchReader(settings.huawei);
  const readSearch = searchReader(settings.huawei);
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(nameRequest, authenticate(authenticator), refuseHead);

  routes.post(tagsOfImage, inProject, json, async (req, res) => {
    const { imageId, pair } = await readPair(req);
    await tags.set(callerOf(req), imageId, [pair]);
    res.status(204).end();
  });
  routes.get(tagsOfImage, inProject, async (req, res) => {
    const imageId = await readImageId(req);
    res.json(imageTagsBody(await tags.list(callerOf(req), imageId)));
  });
  routes.post(`${tagsOfImage}/action`, inProject, json, async (req, res) => {
    await change(tags, callerOf(req), await readBatch(req));
    res.status(204).end();
  });
  routes.delete(`${tagsOfImage}/:key`, inProject, async (req, res) => {
    const { imageId, key } = await readImageKey(req);
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

/** SDKs read the id from this header, whatever the answer: 32 hex digits. */
const nameRequest: RequestHandler = (req, res, next) => {
  res.set('X-Request-Id', req.requestId.replaceAll('-', ''));
  next();
};

/** Express would answer HEAD by way of GET; IMS has no such method anywhere. */
const refuseHead: RequestHandler = (req, _res, next) => {
  if (req.method === 'HEAD') throw new HttpFault({ kind: 'route-not-found' });
  next();
};

const inProject: RequestHandler = (req, _res, next) => {
  req.caller = callerInProject(req);
  next();
};

const json: RequestHandler = async (req, res, next) => {
  req.body = await jsonBody(req, res, bodyLimit);
  next();
};

/** A wrong method is the same: the gateway in front of IMS knows methods and paths as one. */
const refuseRoute: RequestHandler = () => {
  throw new HttpFault({ kind: 'route-not-found' });
};
