import type { Image, ImageChange } from '../../../core/image';
import type { ImageService, CheckPermission } from '../../../core/image-service';
import { isAdmin } from '../../../core/policy';
import { baseUrl, callerOf } from '../../../http/context';
import { imageEtag } from '../../../http/entity-tags';
import { HttpFault } from '../../../http/errors';
import type { Handler } from '../../../http/operations';
import type { DialectParts } from '../../dialect';
import { readNewImage } from '../image-body';
import { applyPatch } from '../image-patch';
import { readListQuery } from '../listing/list-query';
import { pageError } from '../errors/page-error';
import { listLinks } from '../listing/list-parameters';
import { pathParameter, readBody, readImagePatch } from '../requests';
import { imageBody, imageListBody, sendJson, sendNothing } from '../responses';
import type { ImageOperation } from '../operation';
import type { OpenstackSettings, Release } from '../release';

export function imageOperations({
  images,
  settings: { publicUrl, imageTagQuota },
  own: { release },
}: Pick<DialectParts<OpenstackSettings>, 'images' | 'settings' | 'own'>): readonly ImageOperation[] {
  const all = { path: '/v2/images' };
  const one = { path: '/v2/images/:image_id' };
  const action = (name: string, verb: Verb): ImageOperation => ({
    name,
    method: 'POST',
    path: `${one.path}/actions/${verb}`,
    subject: 'image',
    run: turn(images, verb),
  });
  return [
    { ...all, name: 'listImages', method: 'GET', subject: 'list', body: 'ignored', run: list(images) },
    {
      ...all,
      name: 'createImage',
      method: 'POST',
      subject: 'image',
      body: 'read',
      run: create(images, publicUrl, imageTagQuota, release),
    },
    { ...one, name: 'showImage', method: 'GET', subject: 'image', run: show(images) },
    {
      ...one,
      name: 'updateImage',
      method: 'PATCH',
      subject: 'image',
      body: 'read',
      run: patch(images, imageTagQuota, release),
    },
    // Clients of the vendor send `{"delete_backup":true}` (divergence D17).
    { ...one, name: 'deleteImage', method: 'DELETE', ...deletion, run: remove(images) },
    action('deactivateImage', 'deactivate'),
    action('reactivateImage', 'reactivate'),
  ];
}

const deletion = { subject: 'deletion', body: 'ignored' } as const;

type Verb = 'deactivate' | 'reactivate';

function list(images: ImageService): Handler {
  return async (req, res) => {
    const caller = callerOf(req);
    const { query, queryIsText } = req.target;
    if (!queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
    const wanted = readListQuery(query);
    images.requireListing(caller);
    const { images: found, isCut } = await images.page(caller, {
      source: { ...wanted.source, everyProject: isAdmin(caller) },
      where: wanted.conditions(caller.projectId),
      marker: wanted.marker === null ? null : await images.marker(caller, wanted.marker),
      sort: wanted.sort,
      limit: wanted.limit,
      offset: 0,
    });
    // A full page has a next one, also when there is nothing behind it.
    const last = isCut || found.length === wanted.limit ? found.at(-1)?.imageId : undefined;
    sendJson(req, res, 200, imageListBody(found, listLinks(query, last)));
  };
}

function create(images: ImageService, publicUrl: string | null, tagQuota: number, release: Release): Handler {
  return async (req, res) => {
    const wanted = readNewImage(await readBody(req, res), release);
    const image = await images.create(callerOf(req), wanted, tagQuota);
    req.imageId = image.imageId;
    const location = `${baseUrl(req, publicUrl)}/v2/images/${image.imageId}`;
    sendJson(req, res, 201, imageBody(image), { Location: location });
  };
}

function show(images: ImageService): Handler {
  return async (req, res) => {
    const image = await images.show(callerOf(req), pathParameter(req, 'image_id'));
    sendJson(req, res, 200, imageBody(image), { ETag: imageEtag(image) });
  };
}

function patch(images: ImageService, tagQuota: number, release: Release): Handler {
  return async (req, res) => {
    const caller = callerOf(req);
    const changes = await readImagePatch(req, res, release);
    const edit = (now: Image, permit: CheckPermission): ImageChange =>
      applyPatch(now, changes, permit, caller.accessLevel === 'admin');
    const image = await images.revise(caller, pathParameter(req, 'image_id'), edit, tagQuota);
    sendJson(req, res, 200, imageBody(image), { ETag: imageEtag(image) });
  };
}

function remove(images: ImageService): Handler {
  return async (req, res) => {
    await images.remove(callerOf(req), pathParameter(req, 'image_id'));
    sendNothing(req, res);
  };
}

function turn(images: ImageService, verb: Verb): Handler {
  return async (req, res) => {
    await images.change(callerOf(req), pathParameter(req, 'image_id'), verb, (image) => turned(image, verb));
    sendNothing(req, res);
  };
}

/** @throws PageError 403 from a status that has no data */
function turned(image: Image, verb: Verb): ImageChange {
  const target = verb === 'deactivate' ? 'deactivated' : 'active';
  if (image.status === target) return {};
  if (image.status === 'active' || image.status === 'deactivated') return { status: target };
  throw pageError(403, `Not allowed to ${verb} image in status '${image.status}'`);
}
