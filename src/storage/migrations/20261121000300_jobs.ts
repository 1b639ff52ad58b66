import type { Knex } from 'knex';

/** What was done for requests that are answered with a job. The rows are only a record; nothing waits for them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table jobs (
      project_id text collate "C" not null,
      id text collate "C" not null,
      type text collate "C" not null,
      begun_at timestamptz not null,
      ended_at timestamptz not null,
      results json not null,
      primary key (project_id, id)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('jobs');
}
