import { Router } from 'express';
import { authenticate } from '../../src/http/authenticate';
import { callerOf } from '../../src/http/context';
import { nameRequest, refuseHead, refuseRoute } from '../../src/http/middleware';
import type { DialectParts } from '../../src/dialects/dialect';
import { renderError } from './errors';
import { readImageId, readImageTag } from './requests';
import { lines } from './responses';

/** An encoded slash is part of a tag only behind `images/{id}/tags/` (src/http/target.ts). */
const tagsOfImage = '/plain/images/:image_id/tags';

export function router({ tags, authenticator, gates }: DialectParts): Router {
  const routes = Router({ caseSensitive: true, strict: true });
  routes.use(nameRequest, ...gates, authenticate(authenticator), refuseHead);

  routes.get(tagsOfImage, async (req, res) => {
    const found = await tags.list(callerOf(req), await readImageId(req));
    res.type('text/plain').send(lines(found));
  });
  routes.put(`${tagsOfImage}/:tag`, async (req, res) => {
    const { imageId, tag } = await readImageTag(req);
    await tags.add(callerOf(req), imageId, tag);
    res.status(204).end();
  });
  routes.delete(`${tagsOfImage}/:tag`, async (req, res) => {
    const { imageId, tag } = await readImageTag(req);
    await tags.remove(callerOf(req), imageId, tag);
    res.status(204).end();
  });

  routes.use(refuseRoute, renderError);
  return routes;
}
