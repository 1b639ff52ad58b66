import type { Knex } from 'knex';

/** What Glance's cache API shows; an older build does not read it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table image_cache (
      project_id text collate "C" not null,
      image_id text collate "C" not null,
      size bigint not null,
      hits bigint not null,
      cached_at timestamptz not null,
      used_at timestamptz not null,
      primary key (project_id, image_id),
      foreign key (project_id, image_id) references images on delete cascade
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('image_cache');
}
