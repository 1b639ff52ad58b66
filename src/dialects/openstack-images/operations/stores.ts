import type { ImageService } from '../../../core/image-service';
import { Refused } from '../../../core/errors';
import { roleAllows } from '../../../core/policy';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { errorPage } from '../errors/error-page';
import { PageError, pageError } from '../errors/page-error';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';
import { sendJson } from '../responses';
import type { ImageSettings } from '../settings';

/** The one store, if it has a name: as a Glance answers without `enabled_backends`, and as one with a single backend. */
export function storeOperations({
  images,
  own,
}: Pick<DialectDeps<ImageSettings>, 'images' | 'own'>): readonly ImageOperation[] {
  const row = { method: 'GET', subject: 'image' } as const;
  return [
    { ...row, name: 'listStores', path: '/v2/info/stores', run: list(own) },
    { ...row, name: 'listStoreDetails', path: '/v2/info/stores/detail', run: listDetails(own) },
    {
      name: 'deleteFromStore',
      method: 'DELETE',
      path: '/v2/stores/:store_id/:image_id',
      subject: 'store',
      run: removeFrom(images, own),
    },
  ];
}

function list(own: ImageSettings): Handler {
  return (req, res) => {
    sendJson(req, res, 200, { stores: [{ id: namedStore(own), default: 'true' }] });
  };
}

/** No directory of the server is shown, as a real one would be (divergence D39). */
const details = { type: 'file', properties: { data_dir: null, chunk_size: 65536, thin_provisioning: false } };

function listDetails(own: ImageSettings): Handler {
  return (req, res) => {
    const id = namedStore(own);
    if (!roleAllows(requireCaller(req), 'stores_info_detail')) {
      throw new Refused({
        kind: 'not-allowed',
        action: 'stores_info_detail',
        because: 'role',
        imageId: null,
      });
    }
    sendJson(req, res, 200, { stores: [{ id, default: 'true', ...details }] });
  };
}

/** @throws PageError 404 */
function namedStore({ store }: ImageSettings): string {
  if (store === null) throw pageError(404, 'Multi backend is not supported at this site.');
  return store;
}

/** The data of the only store stay with their image. */
function removeFrom(images: ImageService, own: ImageSettings): Handler {
  return async (req) => {
    if (own.store === null) throw new PageError(errorPage(404));
    const store = pathParameter(req, 'store_id');
    if (store !== own.store)
      throw pageError(409, `The selected store ${store} is not available on this node.`);
    await images.change(
      requireCaller(req),
      pathParameter(req, 'image_id'),
      'delete_image_location',
      ({ status }) => {
        if (status !== 'active') {
          throw pageError(
            409,
            "It's not allowed to remove image data from store if image status is not 'active'",
          );
        }
        throw pageError(
          403,
          'Cannot delete image data from the only store containing it. Consider deleting the image instead.',
        );
      },
    );
  };
}
