import type { Knex } from 'knex';

/**
 * Users, what they may do where, and the secrets by which they are known: passwords and application
 * credentials as hashes, secrets of access keys and token keys sealed with the master key `key_id`.
 */
const statements = [
  `
  create table identity_projects (
    id text collate "C" primary key,
    name text collate "C" not null unique,
    created_at timestamptz not null
  )`,
  // token_epoch moves on with a new password and when the user is disabled: older tokens then end.
  `
  create table identity_users (
    id text collate "C" primary key,
    name text collate "C" not null unique,
    password_hash text collate "C" not null,
    enabled boolean not null,
    token_epoch bigint not null,
    created_at timestamptz not null
  )`,
  `
  create table identity_assignments (
    project_id text collate "C" not null references identity_projects on delete cascade,
    user_id text collate "C" not null references identity_users on delete cascade,
    role text collate "C" not null,
    primary key (project_id, user_id, role)
  )`,
  'create index identity_assignments_of on identity_assignments (user_id, role, project_id)',
  `
  create table identity_application_credentials (
    id text collate "C" primary key,
    user_id text collate "C" not null references identity_users on delete cascade,
    project_id text collate "C" not null references identity_projects on delete cascade,
    name text collate "C" not null,
    description text collate "C",
    secret_hash text collate "C" not null,
    roles json not null,
    unrestricted boolean not null,
    expires_at timestamptz,
    created_at timestamptz not null,
    unique (user_id, name)
  )`,
  `
  create table identity_access_keys (
    access text collate "C" primary key,
    key_id text collate "C" not null,
    secret text collate "C" not null,
    user_id text collate "C" not null references identity_users on delete cascade,
    project_id text collate "C" not null references identity_projects on delete cascade,
    enabled boolean not null,
    security_token_hash text collate "C",
    expires_at timestamptz,
    created_at timestamptz not null
  )`,
  `
  create table identity_token_keys (
    id text collate "C" primary key,
    key_id text collate "C" not null,
    secret text collate "C" not null,
    created_at timestamptz not null
  )`,
  `
  create table identity_revocations (
    audit_id text collate "C" primary key,
    expires_at timestamptz not null
  )`,
  'create index identity_revocations_by_end on identity_revocations (expires_at)',
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  const tables = [
    'revocations',
    'token_keys',
    'access_keys',
    'application_credentials',
    'assignments',
    'users',
    'projects',
  ];
  for (const table of tables) await knex.schema.dropTable(`identity_${table}`);
}
