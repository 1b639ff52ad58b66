import type { Knex } from 'knex';
import { addColumn, alter, createIndex } from './concurrently';

/**
 * How many images have a tag, for tags that are on many. `images` and the tag's part of all changes together are its count once
 * `counted` is true; `version` moves on whenever it is no longer. Nothing is filled in: a tag gets its row when it is counted.
 * An older build beside this one changes no counts. It leaves `uncounted` to its default, by which its changes are known;
 * rows of before have none.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table if not exists tag_counts (
      project_id text collate "C" not null,
      key text collate "C" not null,
      value text collate "C" not null,
      images bigint not null,
      counted boolean not null,
      version bigint not null,
      primary key (project_id, key, value)
    )`);
  await knex.raw(`
    create table if not exists tag_count_changes (
      project_id text collate "C" not null,
      id bigint not null,
      tag_keys text[] collate "C" not null,
      tag_values text[] collate "C" not null,
      images bigint[] not null,
      primary key (project_id, id)
    )`);
  await addColumn(knex, 'tag_changes', 'uncounted boolean');
  await createIndex(knex, 'tag_changes_uncounted', 'tag_changes (project_id) where uncounted');
  await alter(knex, 'alter table tag_changes alter column uncounted set default true');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table tag_changes drop column uncounted');
  for (const table of ['tag_count_changes', 'tag_counts']) await knex.schema.dropTable(table);
}

/** The index is made concurrently. */
export const config = { transaction: false };
