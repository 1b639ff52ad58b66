import type { Knex } from 'knex';

/**
 * Snapshots for test suites. `rows` is json, which keeps its text as it was, and each element is a row of the table
 * with those `columns`. A snapshot of everything has the project '' itself, and its rows the project that they are of.
 */
const statements = [
  `
  create table project_snapshots (
    project_id text not null,
    id text not null,
    created_at timestamptz not null,
    primary key (project_id, id)
  )`,
  `
  create table project_snapshot_rows (
    project_id text not null,
    snapshot_id text not null,
    table_name text not null,
    part bigint not null,
    columns text[] not null,
    rows json not null,
    primary key (project_id, snapshot_id, table_name, part)
  )`,
  'create index project_snapshot_rows_of on project_snapshot_rows (snapshot_id)',
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('project_snapshot_rows');
  await knex.schema.dropTable('project_snapshots');
}
