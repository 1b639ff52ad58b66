import type { Knex } from 'knex';

/** What users keep at Keystone's `/v3/credentials` and OS-EC2; the secret is sealed with the master key `key_id`. */
const statements = [
  `
  create table identity_user_credentials (
    id text collate "C" primary key,
    user_id text collate "C" not null references identity_users on delete cascade,
    project_id text collate "C" references identity_projects on delete cascade,
    type text collate "C" not null,
    key_id text collate "C" not null,
    secret text collate "C" not null,
    created_at timestamptz not null
  )`,
  'create index identity_user_credentials_of on identity_user_credentials (user_id)',
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('identity_user_credentials');
}
