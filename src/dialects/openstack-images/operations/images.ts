import type { Image, ImageChange } from '../../../core/image';
import type { ImageService, CheckPermission } from '../../../core/image-service';
import { isAdmin } from '../../../core/policy';
import { requestBaseUrl, requireCaller } from '../../../http/context';
import { imageEtag } from '../../../http/entity-tags';
import { HttpFault } from '../../../http/errors';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { readNewImage } from '../image-body';
import { withImsDefaults } from '../image-defaults';
import { applyPatch } from '../image-patch';
import type { ImageSettings } from '../settings';
import { importMethods } from './imports';
import { readListQuery } from '../listing/list-query';
import { pageError } from '../errors/page-error';
import { listLinks } from '../listing/list-parameters';
import { pathParameter, readBody, readImagePatch } from '../requests';
import { imageBody, imageListBody, sendJson, sendEmpty } from '../responses';
import type { ImageOperation } from '../operation';

export function imageOperations({
  images,
  settings: { publicUrl, imageTagQuota },
  own,
}: Pick<DialectDeps<ImageSettings>, 'images' | 'settings' | 'own'>): readonly ImageOperation[] {
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
    { ...all, name: 'listImages', method: 'GET', subject: 'list', body: 'ignored', run: list(images, own) },
    {
      ...all,
      name: 'createImage',
      method: 'POST',
      subject: 'image',
      body: 'read',
      run: create(images, own, publicUrl, imageTagQuota),
    },
    { ...one, name: 'showImage', method: 'GET', subject: 'image', run: show(images, own) },
    {
      ...one,
      name: 'updateImage',
      method: 'PATCH',
      subject: 'image',
      body: 'read',
      run: patch(images, own, imageTagQuota),
    },
    // Clients of the vendor send `{"delete_backup":true}` (divergence D17).
    { ...one, name: 'deleteImage', method: 'DELETE', ...deletion, run: remove(images) },
    action('deactivateImage', 'deactivate'),
    action('reactivateImage', 'reactivate'),
  ];
}

const deletion = { subject: 'deletion', body: 'ignored' } as const;

type Verb = 'deactivate' | 'reactivate';

function list(images: ImageService, own: ImageSettings): Handler {
  return async (req, res) => {
    const caller = requireCaller(req);
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
    sendJson(req, res, 200, imageListBody(found, own.store, listLinks(query, last)));
  };
}

function create(
  images: ImageService,
  { release, store, defaults }: ImageSettings,
  publicUrl: string | null,
  tagQuota: number,
): Handler {
  return async (req, res) => {
    const described = readNewImage(await readBody(req, res), release);
    const wanted = defaults === 'ims' ? withImsDefaults(described) : described;
    const image = await images.create(requireCaller(req), wanted, tagQuota);
    req.imageId = image.imageId;
    const location = `${requestBaseUrl(req, publicUrl)}/v2/images/${image.imageId}`;
    sendJson(req, res, 201, imageBody(image, store), {
      Location: location,
      'Openstack-Image-Import-Methods': importMethods.join(','),
      ...(store !== null && { 'Openstack-Image-Store-Ids': storeIds(store) }),
    });
  };
}

/** With those that Glance has for its own work, as it sends them. */
function storeIds(store: string): string {
  return [store, 'os_glance_staging_store', 'os_glance_tasks_store'].join(',');
}

function show(images: ImageService, own: ImageSettings): Handler {
  return async (req, res) => {
    const image = await images.show(requireCaller(req), pathParameter(req, 'image_id'));
    sendJson(req, res, 200, imageBody(image, own.store), { ETag: imageEtag(image) });
  };
}

function patch(images: ImageService, { release, store }: ImageSettings, tagQuota: number): Handler {
  return async (req, res) => {
    const caller = requireCaller(req);
    const changes = await readImagePatch(req, res, release);
    const edit = (now: Image, permit: CheckPermission): ImageChange =>
      applyPatch(now, changes, permit, caller.accessLevel === 'admin');
    const image = await images.revise(caller, pathParameter(req, 'image_id'), edit, tagQuota);
    sendJson(req, res, 200, imageBody(image, store), { ETag: imageEtag(image) });
  };
}

function remove(images: ImageService): Handler {
  return async (req, res) => {
    await images.remove(requireCaller(req), pathParameter(req, 'image_id'));
    sendEmpty(req, res);
  };
}

function turn(images: ImageService, verb: Verb): Handler {
  return async (req, res) => {
    await images.change(requireCaller(req), pathParameter(req, 'image_id'), verb, (image) =>
      turned(image, verb),
    );
    sendEmpty(req, res);
  };
}

/** @throws PageError 403 from a status that has no data */
function turned(image: Image, verb: Verb): ImageChange {
  const target = verb === 'deactivate' ? 'deactivated' : 'active';
  if (image.status === target) return {};
  if (image.status === 'active' || image.status === 'deactivated') return { status: target };
  throw pageError(403, `Not allowed to ${verb} image in status '${image.status}'`);
}
