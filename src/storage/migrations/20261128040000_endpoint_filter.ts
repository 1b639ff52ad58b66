import type { Knex } from 'knex';

/** What OS-EP-FILTER associates with projects; an older build shows every project the whole catalog. */
const statements = [
  `
  create table identity_project_endpoints (
    project_id text collate "C" not null references identity_projects on delete cascade,
    endpoint_id text collate "C" not null references identity_endpoints on delete cascade,
    primary key (project_id, endpoint_id)
  )`,
  'create index identity_project_endpoints_of on identity_project_endpoints (endpoint_id)',
  `
  create table identity_project_endpoint_groups (
    project_id text collate "C" not null references identity_projects on delete cascade,
    endpoint_group_id text collate "C" not null references identity_endpoint_groups on delete cascade,
    primary key (project_id, endpoint_group_id)
  )`,
  'create index identity_project_endpoint_groups_of on identity_project_endpoint_groups (endpoint_group_id)',
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  for (const what of ['endpoint_groups', 'endpoints']) {
    await knex.schema.dropTable(`identity_project_${what}`);
  }
}
