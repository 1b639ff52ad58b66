import type { Knex } from 'knex';

/**
 * Metadata definitions: few, and of the whole cloud, whose namespaces have unique names. So they have no project to
 * distribute them by, and lie on the coordinator as identity does. `content` is JSON as text: it is shown with its
 * members in their order.
 */
const statements = [
  `
  create table metadef_namespaces (
    id text collate "C" primary key,
    name text collate "C" not null unique,
    display_name text collate "C",
    description text collate "C",
    visibility text collate "C" not null,
    protected boolean not null,
    owner text collate "C" not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `
  create table metadef_items (
    namespace_id text collate "C" not null references metadef_namespaces on delete cascade,
    kind text collate "C" not null,
    name text collate "C" not null,
    position bigint not null,
    content text collate "C" not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (namespace_id, kind, name)
  )`,
  `
  create table metadef_resource_types (
    name text collate "C" primary key,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
];

export async function up(knex: Knex): Promise<void> {
  for (const statement of statements) await knex.raw(statement);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['metadef_items', 'metadef_resource_types', 'metadef_namespaces']) {
    await knex.schema.dropTable(table);
  }
}
