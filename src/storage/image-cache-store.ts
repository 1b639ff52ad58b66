import type { Instant } from '../core/clock';
import type { ImageRef } from '../core/image';
import type { CachedImage, ImageCacheStore } from '../core/image-cache';
import type { Database, Statement } from './database/database';

interface Row extends Record<string, unknown> {
  readonly image_id: string;
  readonly size: number | string;
  readonly hits: number | string;
  readonly cached_at: string;
  readonly used_at: string;
}

const list: Statement = {
  text: 'select image_id, size, hits, cached_at, used_at from image_cache order by image_id limit $1',
  reads: true,
};

/** $1 project, $2 image, $3 size, $4 moment */
const insert = `insert into image_cache as c (project_id, image_id, size, hits, cached_at, used_at)
  select i.project_id, i.id, $3, 0, $4, $4 from images i where i.project_id = $1 and i.id = $2`;
const add: Statement = { text: `${insert} on conflict (project_id, image_id) do nothing` };
const use: Statement = {
  text: `${insert} on conflict (project_id, image_id) do update set hits = c.hits + 1, used_at = excluded.used_at`,
};
const remove: Statement = { text: 'delete from image_cache where project_id = $1 and image_id = $2' };
const clear: Statement = { text: 'delete from image_cache returning image_id' };

export class PostgresImageCacheStore implements ImageCacheStore {
  constructor(private readonly database: Database) {}

  async list(most: number): Promise<readonly CachedImage[]> {
    return (await this.database.query<Row>(list, [most])).map((row) => ({
      imageId: row.image_id,
      size: Number(row.size),
      hits: Number(row.hits),
      cachedAt: row.cached_at,
      usedAt: row.used_at,
    }));
  }

  async add({ projectId, imageId }: ImageRef, size: number, at: Instant): Promise<void> {
    await this.database.query(add, [projectId, imageId, size, at]);
  }

  async use({ projectId, imageId }: ImageRef, size: number, at: Instant): Promise<void> {
    await this.database.query(use, [projectId, imageId, size, at]);
  }

  async remove({ projectId, imageId }: ImageRef): Promise<void> {
    await this.database.query(remove, [projectId, imageId]);
  }

  async clear(): Promise<number> {
    return (await this.database.query(clear, [])).length;
  }
}
