import type { Knex } from 'knex';

/** Access keys of users whom a Keystone elsewhere keeps: the same as identity_access_keys, but no user to refer to. */
const table = `
  create table keystone_access_keys (
    access text collate "C" primary key,
    key_id text collate "C" not null,
    secret text collate "C" not null,
    user_id text collate "C" not null,
    project_id text collate "C" not null,
    enabled boolean not null,
    security_token_hash text collate "C",
    expires_at timestamptz,
    created_at timestamptz not null
  )`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(table);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('keystone_access_keys');
}
