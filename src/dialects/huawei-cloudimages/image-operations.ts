import { refuseRequest } from '../../http/schema-parts';
import type { Caller } from '../../core/caller';
import type { Image } from '../../core/image';
import type { ImageService } from '../../core/image-service';
import { callerOf } from '../../http/context';
import type { Operation } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { type ImageListing, readListing } from './image-query';
import { readPatch } from './patch-request';
import { imageBody, imagesBody, quotaBody } from './responses';

export function imageOperations({ images }: DialectParts): readonly Operation[] {
  return [
    {
      name: 'listImages',
      method: 'GET',
      path: '/v2/cloudimages',
      run: async (req, res) => {
        const caller = callerOf(req);
        res.json(imagesBody(await listImages(images, caller, readListing(req), 0), caller.projectId));
      },
    },
    {
      name: 'updateImage',
      method: 'PATCH',
      path: '/v2/cloudimages/:image_id',
      body: 'json',
      run: async (req, res) => {
        const { imageId, edit } = await readPatch(req);
        const image = await images.change(callerOf(req), imageId, 'modify_image', (now) =>
          edit(requireActive(now)),
        );
        res.json(imageBody(image, callerOf(req).projectId));
      },
    },
    {
      name: 'showQuota',
      method: 'GET',
      path: '/v1/cloudimages/quota',
      run: async (req, res) => {
        res.json(quotaBody(await usage(images, callerOf(req))));
      },
    },
  ];
}

export async function listImages(
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

/** The vendor changes only active images. @throws HttpFault invalid-request (IMG.0046) */
function requireActive(image: Image): Image {
  return image.status === 'active' ? image : refuseRequest('image_id', 'IMG.0046');
}
