import type { Knex } from 'knex';

/**
 * `position` in the feed `feed_id` is the last event delivered. `slot` bounds the webhooks of a project without counting
 * them. Secrets have rows of their own: two are valid while one replaces the other.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhooks (
      project_id text collate "C" not null,
      webhook_id text collate "C" not null,
      slot integer not null,
      url text collate "C" not null,
      selector text collate "C",
      is_enabled boolean not null,
      disabled_reason text collate "C",
      feed_id text collate "C" not null,
      position bigint not null,
      failures integer not null,
      next_at timestamptz not null,
      test_id text collate "C",
      leased_by text collate "C",
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (project_id, webhook_id),
      unique (project_id, slot)
    )`);
  await knex.raw(`
    create table webhook_secrets (
      project_id text collate "C" not null,
      webhook_id text collate "C" not null,
      secret_id text collate "C" not null,
      key_id text collate "C" not null,
      secret text collate "C" not null,
      created_at timestamptz not null,
      expires_at timestamptz,
      primary key (project_id, webhook_id, secret_id),
      foreign key (project_id, webhook_id) references webhooks (project_id, webhook_id) on delete cascade
    )`);
  await knex.raw(`
    create table webhook_deliveries (
      project_id text collate "C" not null,
      webhook_id text collate "C" not null,
      delivery_id text collate "C" not null,
      event_id text collate "C" not null,
      type text collate "C" not null,
      image_id text collate "C",
      revision bigint,
      attempt integer not null,
      at timestamptz not null,
      milliseconds integer not null,
      status integer,
      fault text collate "C",
      primary key (project_id, webhook_id, delivery_id),
      foreign key (project_id, webhook_id) references webhooks (project_id, webhook_id) on delete cascade
    )`);
  await knex.raw(
    'create index webhook_deliveries_line on webhook_deliveries (project_id, webhook_id, at, delivery_id)',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('webhook_deliveries');
  await knex.schema.dropTable('webhook_secrets');
  await knex.schema.dropTable('webhooks');
}
