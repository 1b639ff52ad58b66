import type { Image, ImageChange, NewImage, Visibility } from '../../core/image';
import type { ImageStatus } from '../../core/image-status';
import type { Queryable } from '../database/database';
import { tagFromRow, type TagRow } from '../tags/tag-store';

/** Core names of an image's fields and their columns; the only place where the two meet. */
export const imageColumns = {
  projectId: 'project_id',
  imageId: 'id',
  name: 'name',
  visibility: 'visibility',
  status: 'status',
  diskFormat: 'disk_format',
  containerFormat: 'container_format',
  minDisk: 'min_disk',
  minRam: 'min_ram',
  size: 'size',
  virtualSize: 'virtual_size',
  checksum: 'checksum',
  hashAlgo: 'os_hash_algo',
  hashValue: 'os_hash_value',
  protected: 'protected',
  hidden: 'os_hidden',
  properties: 'properties',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const;

export interface ImageRow {
  readonly project_id: string;
  readonly id: string;
  readonly name: string | null;
  readonly visibility: Visibility;
  readonly status: ImageStatus;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly size: number | null;
  readonly virtual_size: number | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  /** An array of [name, value], so that order is kept and no name is special. */
  readonly properties: readonly (readonly [string, string | null])[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly tag_revision: number;
  readonly tags: readonly TagRow[];
}

/** Of `images i`: every column, and the tags as [[name, key, value], ...] in order. @param project of the images */
export const selectedImageColumns = (project: string): string => `i.*, coalesce((
    select json_agg(array[t.name, t.key, t.value] order by t.name)
    from image_tags t where t.project_id = ${project} and t.image_id = i.id
  ), '[]') as tags`;

export function imageFromRow(row: ImageRow): Image {
  return {
    projectId: row.project_id,
    imageId: row.id,
    name: row.name,
    visibility: row.visibility,
    status: row.status,
    diskFormat: row.disk_format,
    containerFormat: row.container_format,
    minDisk: row.min_disk,
    minRam: row.min_ram,
    size: row.size,
    virtualSize: row.virtual_size,
    checksum: row.checksum,
    hashAlgo: row.os_hash_algo,
    hashValue: row.os_hash_value,
    protected: row.protected,
    hidden: row.os_hidden,
    properties: new Map(row.properties),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    tagRevision: row.tag_revision,
    tags: row.tags.map(tagFromRow),
  };
}

/** Column and value of every given field, tags aside. */
export function changedImageColumns(
  change: ImageChange | (NewImage & Pick<Image, 'updatedAt'>),
): [column: string, value: unknown][] {
  return Object.entries(change)
    .filter(([field, value]) => field !== 'tags' && value !== undefined)
    .map(([field, value]) => [
      imageColumns[field as keyof typeof imageColumns],
      value instanceof Map ? JSON.stringify([...value]) : value,
    ]);
}

/** An image whose history begins here with this revision; earlier tags, in another project, are not part of it. */
export async function insertImageRow(
  client: Queryable,
  { tagRevision, ...image }: NewImage & Pick<Image, 'updatedAt' | 'tagRevision'>,
): Promise<void> {
  const revisions = ['tag_revision', 'history_revision'].map((column) => [column, tagRevision] as const);
  const fields = [...changedImageColumns(image), ...revisions];
  const names = fields.map(([column]) => column).join(', ');
  const places = fields.map((_, index) => `$${String(index + 1)}`).join(', ');
  await client.query(
    { text: `insert into images (${names}) values (${places})` },
    fields.map(([, value]) => value),
  );
}
