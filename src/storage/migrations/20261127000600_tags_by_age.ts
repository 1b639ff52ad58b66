import type { Knex } from 'knex';
import { addColumn, createIndex, dropIndex } from './concurrently';
import { fillTagMoments } from './tag-moments';

/**
 * The index of tags keeps each tag's images in the order of their age, so that a page of a list is read off it. The
 * moment of an image never changes, so a copy of it beside each tag stays right. It may be null: an older build that runs
 * beside this one does not write it. All of this goes on beside writers of a living database.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'image_tags', 'image_created_at timestamptz');
  await fillTagMoments(knex);
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
  // The other begins with the same columns.
  await dropIndex(knex, 'image_tags_pair');
}

export async function down(knex: Knex): Promise<void> {
  await createIndex(knex, 'image_tags_pair', 'image_tags (project_id, key, value, image_id)');
  for (const name of ['images_name', 'image_tags_unfilled', 'image_tags_page']) await dropIndex(knex, name);
  await knex.raw('alter table image_tags drop column image_created_at');
}

/** Indexes that are made concurrently are made outside of transactions. A part that is done is not done again. */
export const config = { transaction: false };
