import type { Response } from 'express';
import type { Instant } from '../../core/clock';
import type { RecordedChange } from '../../core/history';
import { type Tag, tagFromName } from '../../core/tag';

export interface TagsOfImage {
  readonly imageId: string;
  readonly revision: number;
  readonly updatedAt: Instant | null;
  readonly tags: readonly Tag[];
}

export function tagsBody({ imageId, revision, updatedAt, tags }: TagsOfImage): object {
  return { image: imageId, revision, updated_at: updatedAt, tags: tags.map(tagBody) };
}

function tagBody({ name, key, value }: Tag): object {
  return { name, key, value };
}

export function pastTagsBody(
  imageId: string,
  past: { revision: number; at: Instant | null; tags: readonly string[] },
): object {
  return tagsBody({ imageId, revision: past.revision, updatedAt: past.at, tags: past.tags.map(tagFromName) });
}

/** Of what only the caller may cache, and must revalidate. */
export function setPrivateCache(res: Response): void {
  res.set({ 'Cache-Control': 'private, no-cache', Vary: 'X-Auth-Token, Authorization, Accept' });
}

export function changeBody({
  imageId,
  revision,
  at,
  added,
  removed,
  reverts,
  batch,
  by,
}: RecordedChange): object {
  return {
    image: imageId,
    revision,
    at,
    added,
    removed,
    reverts,
    batch,
    by: {
      user_id: by.userId,
      user_name: by.userName,
      project_id: by.projectId,
      dialect: by.dialect,
      operation: by.operation,
      request_id: by.requestId,
      access_key: by.accessKey,
    },
  };
}
