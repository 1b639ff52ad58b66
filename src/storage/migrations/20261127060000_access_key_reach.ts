import type { Knex } from 'knex';
import { addStarredColumns } from './starred-columns';

const tables = ['identity_access_keys', 'keystone_access_keys'];

/** A key is good for the project that it was made for, unless it was made for all of its user's. */
export async function up(knex: Knex): Promise<void> {
  await addStarredColumns(knex);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of tables) await knex.raw(`alter table ${table} drop column all_projects`);
}
