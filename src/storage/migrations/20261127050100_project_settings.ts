import type { Knex } from 'knex';

/** How a project's tags are guarded; without a row the defaults hold. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table project_settings (
      project_id text collate "C" primary key,
      require_guard text collate "C" not null,
      stale_lists text collate "C" not null
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('project_settings');
}
