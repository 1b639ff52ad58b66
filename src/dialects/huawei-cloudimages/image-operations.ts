import { throwInvalidRequest } from '../../http/schema-parts';
import type { Caller } from '../../core/caller';
import type { Image } from '../../core/image';
import type { ImageService } from '../../core/image-service';
import type { ImageQuery } from '../../core/ports';
import { requireCaller } from '../../http/context';
import type { Handler, Operation } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import { type ImageListing, readImageListing } from './image-query';
import { readPatch } from './patch-request';
import { imageBody, imagesBody, quotaBody } from './responses';

export function imageOperations({ images }: DialectDeps): readonly Operation[] {
  return [
    {
      name: 'listImages',
      method: 'GET',
      path: '/v2/cloudimages',
      run: async (req, res) => {
        const caller = requireCaller(req);
        // Clients go on behind the last image until a page is empty, so one may end early.
        const found = await images.page(caller, await toImageQuery(images, caller, readImageListing(req)));
        res.json(imagesBody(found.images, caller.projectId));
      },
    },
    {
      name: 'updateImage',
      method: 'PATCH',
      path: '/v2/cloudimages/:image_id',
      body: 'json',
      run: async (req, res) => {
        const { imageId, edit } = readPatch(req);
        const image = await images.change(requireCaller(req), imageId, 'modify_image', (now) =>
          edit(requireActive(now)),
        );
        res.json(imageBody(image, requireCaller(req).projectId));
      },
    },
    { name: 'showQuota', method: 'GET', path: '/v1/cloudimages/quota', run: quota(images) },
    {
      name: 'showQuotaOfProject',
      method: 'GET',
      path: '/v1/:project_id/cloudimages/quota',
      run: quota(images),
    },
  ];
}

/** A listing as a search of the core. */
export async function toImageQuery(
  images: ImageService,
  caller: Caller,
  { markerId, source, where, sort, limit }: ImageListing,
  offset = 0,
): Promise<Omit<ImageQuery, 'projectId'>> {
  const marker = markerId === null ? null : await images.marker(caller, markerId);
  return { source, where, sort, limit, marker, offset };
}

function quota(images: ImageService): Handler {
  return async (req, res) => {
    res.json(quotaBody(await usage(images, requireCaller(req)), images.quota.limit));
  };
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

/** The vendor changes only active images. @throws HttpFault invalid-request (IMG.0046) */
function requireActive(image: Image): Image {
  return image.status === 'active' ? image : throwInvalidRequest('image_id', 'IMG.0046');
}
