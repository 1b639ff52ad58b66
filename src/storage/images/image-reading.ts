import type { Image, ImageRef } from '../../core/image';
import type { Observe } from '../../core/observe';
import { type BatchedResult, Batcher, type BatcherOptions } from '../batcher';
import type { Database, Queryable, Statement } from '../database/database';
import type { StoreObservation } from '../database/observation';
import { lockImage } from '../tags/tag-statements';
import { imageFromRow, type ImageRow, selectedImageColumns } from './image-rows';

/** $1 project, $2 images. `ordinal` is counted from 1. `offset 0` and the sub-select: as in change-statement.ts. */
export const getImages: Statement = {
  name: 'get-images',
  text: `select a.ordinal::int as ordinal, i.*
  from unnest((select $2::text[])) with ordinality as a (image_id, ordinal)
  cross join lateral (
    select ${selectedImageColumns('$1')} from images i where i.project_id = $1 and i.id = a.image_id offset 0
  ) i`,
  reads: true,
};

export function createImageReader(
  database: Database,
  observe: Observe<StoreObservation>,
): (image: ImageRef) => Promise<Image | undefined> {
  const batching: BatcherOptions<ImageRef, Image | undefined> = {
    kind: 'get-images',
    groupOf: ({ projectId }) => projectId,
    together: (images) => readTogether(database, images),
    alone: (image) => readImage(database, image),
  };
  const batcher = new Batcher(batching, observe);
  return (image) => batcher.submit(image);
}

export async function readImage(client: Queryable, image: ImageRef): Promise<Image | undefined> {
  const [answer] = await readTogether(client, [image]);
  return answer?.result;
}

/** @param images of one project */
async function readTogether(
  client: Queryable,
  images: readonly ImageRef[],
): Promise<BatchedResult<Image | undefined>[]> {
  const values = [images[0]?.projectId, images.map(({ imageId }) => imageId)];
  const rows = await client.query<ImageRow & { ordinal: number }>(getImages, values);
  const found = new Map(rows.map((row) => [row.ordinal, imageFromRow(row)]));
  return images.map((_, index) => ({ result: found.get(index + 1) }));
}

export async function readLockedImage(client: Queryable, ref: ImageRef): Promise<Image | undefined> {
  await client.query(lockImage, [ref.projectId, ref.imageId]);
  return readImage(client, ref);
}
