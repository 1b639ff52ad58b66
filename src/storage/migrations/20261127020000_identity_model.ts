import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { lockTables } from './concurrently';
import { addStarredColumns } from './starred-columns';

/**
 * Keystone's whole model: domains, hierarchies of projects, groups, roles with what they imply, and their
 * assignments. A gateway of the build before may run in parallel: its tables keep their columns, new
 * columns have defaults, and a user's own roles in a project stay where it looks for them.
 */
const domains = [
  `
  create table identity_domains (
    id text collate "C" primary key,
    name text collate "C" not null unique,
    description text not null default '',
    enabled boolean not null default true,
    tags json not null default '[]',
    options json not null default '{}',
    extra json not null default '{}',
    token_epoch bigint not null default 0,
    created_at timestamptz not null
  )`,
  `insert into identity_domains (id, name, description, created_at)
    values ('default', 'Default', 'The default domain', '2026-11-27T00:00:00Z')`,
  // ancestors: the ids of the parent, its parent and so on, without the domain; a project never moves.
  `
  alter table identity_projects
    add column domain_id text collate "C" not null default 'default' references identity_domains on delete cascade,
    add column parent_id text collate "C",
    add column ancestors json not null default '[]',
    add column description text not null default '',
    add column enabled boolean not null default true,
    add column tags json not null default '[]',
    add column options json not null default '{}',
    add column extra json not null default '{}',
    add column token_epoch bigint not null default 0,
    drop constraint identity_projects_name_key,
    add unique (domain_id, name)`,
  `
  alter table identity_users
    add column domain_id text collate "C" not null default 'default' references identity_domains on delete cascade,
    add column default_project_id text collate "C",
    add column description text,
    add column options json not null default '{}',
    add column extra json not null default '{}',
    drop constraint identity_users_name_key,
    add unique (domain_id, name)`,
  `
  create table identity_groups (
    id text collate "C" primary key,
    domain_id text collate "C" not null references identity_domains on delete cascade,
    name text collate "C" not null,
    description text not null default '',
    extra json not null default '{}',
    created_at timestamptz not null,
    unique (domain_id, name)
  )`,
  `
  create table identity_group_members (
    group_id text collate "C" not null references identity_groups on delete cascade,
    user_id text collate "C" not null references identity_users on delete cascade,
    primary key (group_id, user_id)
  )`,
  'create index identity_group_members_of on identity_group_members (user_id)',
];

const roles = [
  `
  create table identity_roles (
    id text collate "C" primary key,
    domain_id text collate "C" references identity_domains on delete cascade,
    name text collate "C" not null,
    description text,
    options json not null default '{}',
    extra json not null default '{}',
    created_at timestamptz not null
  )`,
  'create unique index identity_roles_by_name on identity_roles (name) where domain_id is null',
  'create unique index identity_roles_of_domain on identity_roles (domain_id, name) where domain_id is not null',
  `
  create table identity_implied_roles (
    prior_id text collate "C" not null references identity_roles on delete cascade,
    implied_id text collate "C" not null references identity_roles on delete cascade,
    primary key (prior_id, implied_id)
  )`,
  // All but a user's own role in a project, not inherited: that stays in identity_assignments, by the role's name.
  // id: the parts of the grant in one text, so that one exists once. Neither project nor domain: the system.
  `
  create table identity_grants (
    id text collate "C" primary key,
    user_id text collate "C" references identity_users on delete cascade,
    group_id text collate "C" references identity_groups on delete cascade,
    project_id text collate "C" references identity_projects on delete cascade,
    domain_id text collate "C" references identity_domains on delete cascade,
    role_id text collate "C" not null references identity_roles on delete cascade,
    inherited boolean not null,
    check (num_nonnulls(user_id, group_id) = 1),
    check (num_nonnulls(project_id, domain_id) <= 1)
  )`,
  'create index identity_grants_of_user on identity_grants (user_id)',
  'create index identity_grants_of_group on identity_grants (group_id)',
  // How often a user lost a role there: tokens from before stay ended when it is given back.
  `
  create table identity_lost_roles (
    user_id text collate "C" not null references identity_users on delete cascade,
    target text collate "C" not null,
    losses bigint not null,
    primary key (user_id, target)
  )`,
];

/** As roles and services had their ids before they were kept. */
function idFor(what: string): string {
  return createHash('sha256').update(`tagway ${what}`).digest('hex').slice(0, 32);
}

const begun = '2026-11-27T00:00:00Z';
const known = ['admin', 'manager', 'member', 'reader', 'service'];
const implied = [
  ['admin', 'member'],
  ['admin', 'reader'],
  ['manager', 'member'],
  ['manager', 'reader'],
  ['member', 'reader'],
];

async function addRoles(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { role: string }[] }>(
    'select distinct role from identity_assignments',
  );
  const names = new Set([...known, ...rows.map(({ role }) => role)]);
  for (const name of names) {
    await knex.raw('insert into identity_roles (id, name, created_at) values (?, ?, ?)', [
      idFor(`role ${name}`),
      name,
      begun,
    ]);
  }
  for (const [prior, other] of implied) {
    await knex.raw('insert into identity_implied_roles (prior_id, implied_id) values (?, ?)', [
      idFor(`role ${prior ?? ''}`),
      idFor(`role ${other ?? ''}`),
    ]);
  }
}

export async function up(knex: Knex): Promise<void> {
  await lockTables(knex, ['identity_projects', 'identity_users']);
  for (const statement of [...domains, ...roles]) await knex.raw(statement);
  await addRoles(knex);
  await addStarredColumns(knex, ['identity_users']);
}

/** What only the new tables hold is lost; names that are now in use twice keep this from being undone. */
export async function down(knex: Knex): Promise<void> {
  for (const table of ['lost_roles', 'grants', 'implied_roles', 'roles', 'group_members', 'groups']) {
    await knex.schema.dropTable(`identity_${table}`);
  }
  await knex.raw(`
    alter table identity_users drop column domain_id, drop column default_project_id, drop column description,
      drop column options, drop column extra, add unique (name)`);
  await knex.raw(`
    alter table identity_projects drop column domain_id, drop column parent_id, drop column ancestors,
      drop column description, drop column enabled, drop column tags, drop column options, drop column extra,
      drop column token_epoch, add unique (name)`);
  await knex.schema.dropTable('identity_domains');
}
