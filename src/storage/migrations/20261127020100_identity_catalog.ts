import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Keystone's catalog, limits and policies; an older build does not read them. */
const statements = [
  `
  create table identity_regions (
    id text collate "C" primary key,
    description text not null default '',
    parent_region_id text collate "C",
    extra json not null default '{}',
    created_at timestamptz not null
  )`,
  `
  create table identity_services (
    id text collate "C" primary key,
    type text not null,
    name text,
    description text,
    enabled boolean not null,
    extra json not null default '{}',
    created_at timestamptz not null
  )`,
  `
  create table identity_endpoints (
    id text collate "C" primary key,
    service_id text collate "C" not null references identity_services on delete cascade,
    region_id text collate "C" references identity_regions,
    interface text not null,
    url text not null,
    enabled boolean not null,
    extra json not null default '{}',
    created_at timestamptz not null
  )`,
  `
  create table identity_policies (
    id text collate "C" primary key,
    type text not null,
    blob text not null,
    extra json not null default '{}',
    created_at timestamptz not null
  )`,
  `
  create table identity_endpoint_groups (
    id text collate "C" primary key,
    name text not null,
    description text,
    filters json not null,
    created_at timestamptz not null
  )`,
  `
  create table identity_registered_limits (
    id text collate "C" primary key,
    service_id text collate "C" not null references identity_services,
    region_id text collate "C" references identity_regions,
    resource_name text collate "C" not null,
    default_limit integer not null,
    description text,
    created_at timestamptz not null
  )`,
  `create unique index identity_registered_limits_once on identity_registered_limits
    (service_id, coalesce(region_id, ''), resource_name)`,
  `
  create table identity_limits (
    id text collate "C" primary key,
    project_id text collate "C" references identity_projects on delete cascade,
    domain_id text collate "C" references identity_domains on delete cascade,
    service_id text collate "C" not null references identity_services,
    region_id text collate "C" references identity_regions,
    resource_name text collate "C" not null,
    resource_limit integer not null,
    description text,
    created_at timestamptz not null
  )`,
  `create unique index identity_limits_once on identity_limits
    (coalesce(project_id, ''), coalesce(domain_id, ''), service_id, coalesce(region_id, ''), resource_name)`,
];

function idFor(what: string): string {
  return createHash('sha256').update(`tagway ${what}`).digest('hex').slice(0, 32);
}

const begun = '2026-11-27T00:00:00Z';

/** The gateway's own services; `$(root)s` is where the client has reached it. */
const own = [
  { type: 'identity', name: 'keystone', url: '$(root)s/v3' },
  { type: 'image', name: 'glance', url: '$(root)s' },
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
  await knex.raw('insert into identity_regions (id, created_at) values (?, ?)', ['RegionOne', begun]);
  for (const { type, name, url } of own) {
    const service = idFor(`service ${type}`);
    await knex.raw(
      'insert into identity_services (id, type, name, enabled, created_at) values (?, ?, ?, true, ?)',
      [service, type, name, begun],
    );
    for (const face of ['public', 'internal', 'admin']) {
      await knex.raw(
        `insert into identity_endpoints (id, service_id, region_id, interface, url, enabled, created_at)
          values (?, ?, 'RegionOne', ?, ?, true, ?)`,
        [idFor(`endpoint ${type} ${face}`), service, face, url, begun],
      );
    }
  }
}

export async function down(knex: Knex): Promise<void> {
  const tables = [
    'limits',
    'registered_limits',
    'endpoint_groups',
    'policies',
    'endpoints',
    'services',
    'regions',
  ];
  for (const table of tables) await knex.schema.dropTable(`identity_${table}`);
}
