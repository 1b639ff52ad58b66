import type { Knex } from 'knex';
import { addColumn, createIndex, dropIndex } from './concurrently';
import { fillUndatedTags } from './tag-moments';

const sums = [
  ['images_checksum', 'checksum'],
  ['images_hash', 'os_hash_value'],
] as const;

/**
 * The index of tags keeps each tag's images in the order of their age, so that a page of a list is read off it. The
 * moment of an image never changes, so a copy of it beside each tag stays right. It may be null: an older build that runs
 * beside this one does not write it. All of this goes on beside writers of a living database.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'image_tags', 'image_created_at timestamptz');
  await fillUndatedTags(knex);
  await createIndex(
    knex,
    'image_tags_page',
    'image_tags (project_id, key, value, image_created_at, image_id, name)',
  );
  await createIndex(
    knex,
    'image_tags_unfilled',
    'image_tags (project_id, image_id) where image_created_at is null',
  );
  await createIndex(knex, 'images_name', 'images (project_id, name, created_at, id)');
  for (const [name, column] of sums)
    await createIndex(knex, name, `images (project_id, ${column}) where ${column} is not null`);
  // The other begins with the same columns.
  await dropIndex(knex, 'image_tags_pair');
}

export async function down(knex: Knex): Promise<void> {
  await createIndex(knex, 'image_tags_pair', 'image_tags (project_id, key, value, image_id)');
  const made = ['images_name', 'image_tags_unfilled', 'image_tags_page', ...sums.map(([name]) => name)];
  for (const name of made) await dropIndex(knex, name);
  await knex.raw('alter table image_tags drop column image_created_at');
}

/** Indexes that are made concurrently are made outside of transactions. A part that is done is not done again. */
export const config = { transaction: false };
