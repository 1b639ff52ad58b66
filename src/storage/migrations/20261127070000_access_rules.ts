import type { Knex } from 'knex';

/**
 * Access rules of application credentials. A gateway of the build before does not know them, and lets a credential
 * with rules do everything: make none while such a gateway runs.
 */
const statements = [
  `
  create table identity_access_rules (
    id text collate "C" primary key,
    user_id text collate "C" not null references identity_users on delete cascade,
    service text collate "C" not null,
    method text collate "C" not null,
    path text collate "C" not null,
    created_at timestamptz not null,
    unique (user_id, service, method, path)
  )`,
  // A rule in use stays; with their user both go.
  `
  create table identity_credential_rules (
    credential_id text collate "C" not null references identity_application_credentials on delete cascade,
    place integer not null,
    rule_id text collate "C" not null references identity_access_rules,
    primary key (credential_id, place)
  )`,
  'create index identity_credential_rules_of on identity_credential_rules (rule_id)',
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

/** Credentials with rules would become unrestricted. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`delete from identity_application_credentials
    where id in (select credential_id from identity_credential_rules)`);
  await knex.schema.dropTable('identity_credential_rules');
  await knex.schema.dropTable('identity_access_rules');
}
