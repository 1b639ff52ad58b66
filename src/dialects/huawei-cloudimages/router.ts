import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Caller } from '../../core/caller';
import type { Image } from '../../core/image';
import type { ImageService } from '../../core/image-service';
import { authenticate } from '../../http/authenticate';
import { callerOf } from '../../http/context';
import { nameRequest, readJson, refuseHead, refuseRoute } from '../../http/middleware';
import { refuseRequest } from '../../http/schema-parts';
import type { DialectParts } from '../dialect';
import { renderError } from './errors';
import { type ImageListing, readListing } from './image-query';
import { readSharing, readSharingAnswer } from './member-requests';
import { readPatch } from './patch-request';
import { quickImportReader, registrationReader } from './registration-request';
import {
  bodyLimit,
  callerIn,
  callerInProject,
  removalReader,
  requireTextPath,
  writeReader,
} from './requests';
import { imageBody, imagesBody, jobBody, jobIdBody, pairTexts, quotaBody, tagTextsBody } from './responses';

export function router(parts: DialectParts): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(nameRequest, ...parts.gates, authenticate(parts.authenticator), refuseHead);
  routeTags(routes, parts);
  routeImages(routes, parts);
  routeMembers(routes, parts);
  routes.use(refuseRoute, renderError);
  return routes;
}

function routeTags(routes: Router, { tags, images, settings }: DialectParts): void {
  const readRemoval = removalReader(settings.huawei);
  const readWrite = writeReader(settings.huawei);
  const write = pairTexts[settings.tagText];

  routes.delete('/v1/:project_id/cloudimages/:image_id/tags/delete', inProject, json, async (req, res) => {
    const { imageId, pairs } = await readRemoval(req);
    await tags.removePairs(callerOf(req), imageId, pairs);
    res.status(204).end();
  });
  routes.put('/v1/cloudimages/tags', json, async (req, res) => {
    const { imageId, pair } = await readWrite(req);
    req.imageId = imageId;
    await tags.set(callerOf(req), imageId, [pair]);
    res.status(204).end();
  });
  routes.get('/v1/cloudimages/tags', async (req, res) => {
    const listing = readListing(req);
    const offset = (listing.page - 1) * listing.limit;
    res.json(tagTextsBody(await list(images, callerOf(req), listing, offset), write));
  });
}

function routeImages(routes: Router, { images, jobs, settings }: DialectParts): void {
  routes.get('/v2/cloudimages', async (req, res) => {
    const caller = callerOf(req);
    res.json(imagesBody(await list(images, caller, readListing(req), 0), caller.projectId));
  });
  routes.patch('/v2/cloudimages/:image_id', textPath, json, async (req, res) => {
    const { imageId, edit } = await readPatch(req);
    const image = await images.change(callerOf(req), imageId, 'modify_image', edit);
    res.json(imageBody(image, callerOf(req).projectId));
  });
  const register = (read: ReturnType<typeof registrationReader>) => async (req: Request, res: Response) => {
    const { type, images: wanted } = await read(req);
    res.json(jobIdBody(await jobs.register(callerOf(req), type, wanted)));
  };
  routes.post('/v2/cloudimages/action', json, register(registrationReader(settings.huawei)));
  routes.post('/v2/cloudimages/quickimport/action', json, register(quickImportReader(settings.huawei)));
  routes.get('/v1/:project_id/jobs/:job_id', inProject, async (req, res) => {
    const job = await jobs.show(callerOf(req), String(req.params['job_id']));
    res.json(jobBody(job ?? refuseRequest('job_id', 'IMG.0121')));
  });
  routes.get('/v1/cloudimages/quota', async (req, res) => {
    res.json(quotaBody(await usage(images, callerOf(req))));
  });
}

function routeMembers(routes: Router, { jobs }: DialectParts): void {
  const members = '/v1/cloudimages/members';
  routes.post(members, json, async (req, res) => {
    res.json(jobIdBody(await jobs.share(callerOf(req), await readSharing(req))));
  });
  routes.delete(members, json, async (req, res) => {
    res.json(jobIdBody(await jobs.unshare(callerOf(req), await readSharing(req))));
  });
  routes.put(members, json, async (req, res) => {
    const { imageIds, projectId, status } = await readSharingAnswer(req);
    res.json(jobIdBody(await jobs.answer(callerIn(callerOf(req), projectId), imageIds, status)));
  });
}

async function list(
  images: ImageService,
  caller: Caller,
  { markerId, source, where, sort, limit }: ImageListing,
  offset: number,
): Promise<readonly Image[]> {
  const marker = markerId === null ? null : await images.marker(caller, markerId);
  return images.list(caller, { source, where, sort, limit, marker, offset });
}

/** How many images of its own the project has, and how many others share with it. */
async function usage(images: ImageService, caller: Caller): Promise<{ own: number; shared: number }> {
  const nothing = {
    own: false,
    public: false,
    community: false,
    shared: 'none',
    everyProject: false,
  } as const;
  const [own, shared] = await Promise.all([
    images.count(caller, { source: { ...nothing, own: true }, where: [notPublic] }),
    images.count(caller, { source: { ...nothing, shared: 'accepted' }, where: [] }),
  ]);
  return { own, shared };
}

const notPublic = { kind: 'field', field: 'visibility', op: 'neq', value: 'public' } as const;

const textPath: RequestHandler = (req, _res, next) => {
  requireTextPath(req);
  next();
};

const inProject: RequestHandler = (req, _res, next) => {
  requireTextPath(req);
  req.caller = callerInProject(req);
  next();
};

const json = readJson(bodyLimit);
