import type { Request } from 'express';
import type { Image } from '../../../core/image';
import type { CachedImage } from '../../../core/image-cache';
import { isAdmin } from '../../../core/policy';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { unauthorizedText } from '../errors/error-page';
import { pageError } from '../errors/page-error';
import type { ImageOperation } from '../operation';
import { pathParameter } from '../requests';
import { sendJson, sendEmpty } from '../responses';
import type { ImageSettings } from '../settings';

type Parts = Pick<DialectDeps<ImageSettings>, 'images' | 'imageCache' | 'own'>;

/** Without `TAGWAY_IMAGE_CACHE` the answers are those of a Glance without `image_cache_dir`. */
export function cacheOperations(parts: Parts): readonly ImageOperation[] {
  const all = { path: '/v2/cache', subject: 'cache' } as const;
  const one = { path: '/v2/cache/:image_id', subject: 'cache' } as const;
  return [
    { ...all, name: 'showCache', method: 'GET', run: show(parts) },
    { ...all, name: 'clearCache', method: 'DELETE', body: 'ignored', run: clear(parts) },
    { ...one, name: 'deleteFromCache', method: 'DELETE', body: 'ignored', run: remove(parts) },
    { ...one, name: 'queueForCache', method: 'PUT', body: 'ignored', run: queue(parts) },
  ];
}

function show({ imageCache, own }: Parts): Handler {
  return async (req, res) => {
    requireCache(req, own, 'cache_list');
    const cached = await imageCache.list();
    sendJson(req, res, 200, { cached_images: cached.map(cachedBody), queued_images: [] });
  };
}

function clear({ imageCache, own }: Parts): Handler {
  return async (req, res) => {
    requireCache(req, own, 'cache_delete');
    const target = (req.get('x-image-cache-clear-target') ?? '').toLowerCase();
    if (!['', 'cache', 'queue'].includes(target)) {
      const words = "'cache', 'queue' or empty string";
      throw pageError(400, `If provided 'x-image-cache-clear-target' must be ${words}.`);
    }
    // The queue is always empty.
    if (target !== 'queue') await imageCache.clear();
    sendEmpty(req, res);
  };
}

function remove(parts: Parts): Handler {
  return async (req, res) => {
    await parts.imageCache.remove(await imageIn(req, parts, 'cache_delete'));
    sendEmpty(req, res);
  };
}

function queue(parts: Parts): Handler {
  return async (req, res) => {
    const image = await imageIn(req, parts, 'cache_image');
    if (image.status !== 'active') {
      throw pageError(400, 'Only images with status active can be targeted for queueing');
    }
    await parts.imageCache.queue(image);
    sendEmpty(req, res, 202);
  };
}

/** Glance looks for the image before it asks who is asking. */
async function imageIn(req: Request, { images, own }: Parts, action: string): Promise<Image> {
  const image = await images.show(requireCaller(req), pathParameter(req, 'image_id'));
  requireCache(req, own, action);
  return image;
}

/** @throws PageError 403, 404 */
function requireCache(req: Request, { cache }: ImageSettings, action: string): void {
  if (!isAdmin(requireCaller(req))) throw pageError(403, unauthorizedText(action));
  if (!cache) throw pageError(404, 'Caching via API is not supported at this site.');
}

function cachedBody({ imageId, size, hits, cachedAt, usedAt }: CachedImage): object {
  return {
    image_id: imageId,
    hits,
    last_accessed: Date.parse(usedAt) / 1000,
    last_modified: Date.parse(cachedAt) / 1000,
    size,
  };
}
