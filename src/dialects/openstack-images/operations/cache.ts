import type { ImageService } from '../../../core/image-service';
import { isAdmin } from '../../../core/policy';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectParts } from '../../dialect';
import { unauthorized } from '../errors/error-page';
import { pageError } from '../errors/page-error';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';

/** Tagway has no cache, since image data are on its own disk. It answers as a Glance without `image_cache_dir`. */
export function cacheOperations({ images }: Pick<DialectParts, 'images'>): readonly ImageOperation[] {
  const all = { path: '/v2/cache', subject: 'cache' } as const;
  const one = { path: '/v2/cache/:image_id', subject: 'cache' } as const;
  return [
    { ...all, name: 'showCache', method: 'GET', run: refuse('cache_list') },
    { ...all, name: 'clearCache', method: 'DELETE', body: 'ignored', run: refuse('cache_delete') },
    {
      ...one,
      name: 'deleteFromCache',
      method: 'DELETE',
      body: 'ignored',
      run: refuseOf(images, 'cache_delete'),
    },
    { ...one, name: 'queueForCache', method: 'PUT', body: 'ignored', run: refuseOf(images, 'cache_image') },
  ];
}

function refuse(action: string): Handler {
  return (req) => {
    if (!isAdmin(requireCaller(req))) throw pageError(403, unauthorized(action));
    throw pageError(404, 'Caching via API is not supported at this site.');
  };
}

function refuseOf(images: ImageService, action: string): Handler {
  return async (req, res) => {
    await images.show(requireCaller(req), pathParameter(req, 'image_id'));
    return refuse(action)(req, res);
  };
}
