import type { Knex } from 'knex';
import { addStarredColumns } from './starred-columns';

/**
 * Every change of an image's tags, with the whole set after it. There is no foreign key: history outlives its image.
 * `history_revision` is the tag revision of the last change that was recorded; builds without history leave it
 * behind, which is how the next recorded change knows that there is something unrecorded before it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table tag_changes (
      project_id text collate "C" not null,
      image_id text collate "C" not null,
      revision bigint not null,
      at timestamptz not null,
      added text[] collate "C" not null,
      removed text[] collate "C" not null,
      tags text[] collate "C" not null,
      reverts bigint,
      batch text collate "C",
      user_id text collate "C" not null,
      user_name text collate "C" not null,
      user_project_id text collate "C",
      dialect text collate "C" not null,
      operation text collate "C" not null,
      request_id text collate "C",
      access_key text collate "C",
      position bigint,
      primary key (project_id, image_id, revision)
    )`);
  await knex.raw('create index tag_changes_line on tag_changes (project_id, at, image_id, revision)');
  await knex.raw('create index tag_changes_unnumbered on tag_changes (project_id) where position is null');
  await knex.raw(
    'create index tag_changes_feed on tag_changes (project_id, position) where position is not null',
  );
  // `removed_to` is the last position that retention has removed: what lies before it cannot be resumed from.
  await knex.raw(`
    create table tag_feeds (
      project_id text collate "C" primary key,
      feed_id text collate "C" not null,
      removed_to bigint not null,
      last bigint not null
    )`);
  await addStarredColumns(knex);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('tag_feeds');
  await knex.schema.dropTable('tag_changes');
  await knex.raw('alter table images drop column history_revision');
}
