import type { Request, Response } from 'express';
import type { TagChangeRequest } from '../../core/tag-service';
import { requireCaller } from '../../http/context';
import { matchesIfNoneMatch, tagsEtag } from '../../http/entity-tags';
import type { DialectDeps } from '../dialect';
import { withConflictDetails } from './conflict-details';
import { requireHistoryService } from './require-history';
import type { NativeOperation } from './operation';
import { readImageId, readPastMoment, readTagPatch, readTagSet } from './requests';
import { setPrivateCache, pastTagsBody, tagsBody } from './responses';

const path = '/tags/v1/projects/:project_id/images/:image_id/tags';

export function tagOperations(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'showTags',
      method: 'GET',
      path,
      run: async (req, res) => {
        const imageId = readImageId(req);
        const moment = readPastMoment(req);
        if (moment === null) {
          await sendTags(parts, req, res, imageId);
          return;
        }
        const past = await requireHistoryService(parts).tagsAt(requireCaller(req), imageId, moment);
        setPrivateCache(res);
        res.json(pastTagsBody(imageId, past));
      },
    },
    {
      name: 'patchTags',
      method: 'PATCH',
      path,
      body: 'json',
      run: (req, res) => change(parts, req, res, readTagPatch(req)),
    },
    {
      name: 'putTags',
      method: 'PUT',
      path,
      body: 'json',
      run: (req, res) => change(parts, req, res, { remove: 'all', put: readTagSet(req) }),
    },
  ];
}

async function change(
  parts: DialectDeps,
  req: Request,
  res: Response,
  asked: TagChangeRequest,
): Promise<void> {
  const imageId = readImageId(req);
  const request = { ...asked, limit: parts.settings.imageTagQuota };
  await withConflictDetails(parts, req, imageId, () =>
    parts.tags.change(requireCaller(req), imageId, request),
  );
  await sendTags(parts, req, res, imageId, false);
}

/** @param isRead whether `If-None-Match` may be answered with 304 */
export async function sendTags(
  { tags }: DialectDeps,
  req: Request,
  res: Response,
  imageId: string,
  isRead = true,
): Promise<void> {
  const found = await tags.show(requireCaller(req), imageId);
  const etag = tagsEtag(found.revision);
  setPrivateCache(res);
  res.set('ETag', etag);
  if (isRead && matchesIfNoneMatch(req.headers['if-none-match'], etag)) res.status(304).end();
  else res.json(tagsBody({ imageId, ...found }));
}
