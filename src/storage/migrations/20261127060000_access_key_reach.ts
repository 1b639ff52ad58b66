import type { Knex } from 'knex';

const tables = ['identity_access_keys', 'keystone_access_keys'];

/** A key is good for the project that it was made for, unless it was made for all of its user's. */
export async function up(knex: Knex): Promise<void> {
  for (const table of tables) {
    await knex.raw(`alter table ${table} add column all_projects boolean not null default false`);
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const table of tables) await knex.raw(`alter table ${table} drop column all_projects`);
}
