import type { ImageService } from '../../../core/image-service';
import { roleAllows } from '../../../core/policy';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { unauthorizedText } from '../errors/error-page';
import { pageError } from '../errors/page-error';
import type { ImageOperation } from '../operation';
import { isJsonObject, schemaFault } from '../python/json-schema';
import { pathParameter, readBody } from '../requests';
import type { ImageSettings } from '../settings';
import { newLocationSchema } from '../task-schemas';

/**
 * As a Glance answers whose one store is a file store: it takes no URL, so adding a location is always refused. Listing needs
 * a service's role, which Tagway does not know, so that is refused, too.
 */
export function locationOperations({
  images,
  own,
}: Pick<DialectDeps<ImageSettings>, 'images' | 'own'>): readonly ImageOperation[] {
  const row = { path: '/v2/images/:image_id/locations', subject: 'image' } as const;
  return [
    { ...row, name: 'listLocations', method: 'GET', run: list(images) },
    { ...row, name: 'addLocation', method: 'POST', body: 'read', run: add(images, own) },
  ];
}

function list(images: ImageService): Handler {
  return async (req) => {
    await images.show(requireCaller(req), pathParameter(req, 'image_id'));
    throw pageError(403, unauthorizedText('fetch_image_location'));
  };
}

function add(images: ImageService, { release }: ImageSettings): Handler {
  return async (req, res) => {
    const body = await readBody(req, res);
    const fault = isJsonObject(body)
      ? schemaFault(newLocationSchema, new Map([['add_location', body]]), release)
      : 'a location is a JSON object';
    if (fault !== undefined)
      throw pageError(400, `Provided object does not match schema 'location': ${fault}`);
    const caller = requireCaller(req);
    const image = await images.show(caller, pathParameter(req, 'image_id'));
    if (image.status !== 'queued') {
      throw pageError(409, `It's not allowed to add locations if image status is ${image.status}.`);
    }
    if (image.projectId !== caller.projectId || !roleAllows(caller, 'set_image_location')) {
      throw pageError(403, unauthorizedText('add_image_location'));
    }
    throw pageError(403, 'http store must be enabled to use location API by normal user.');
  };
}
