import type { Knex } from 'knex';

/**
 * Images, their members and their tags. Every key is led by the project, so that a distributed engine keeps
 * a project's rows together. Text is compared by bytes (`C`), which for UTF-8 is the order of code points.
 */
export async function up(knex: Knex): Promise<void> {
  // Found by id alone: whose image is it? A row stays when its image is deleted, as Glance keeps the id taken.
  await knex.raw(`
    create table image_owners (
      id text collate "C" primary key,
      project_id text collate "C" not null
    )`);
  // Tag changes touch only columns without an index and find room on the same page (fillfactor): no new
  // index entries are written for them.
  await knex.raw(`
    create table images (
      project_id text collate "C" not null,
      id text collate "C" not null,
      name text collate "C",
      visibility text collate "C" not null,
      status text collate "C" not null,
      disk_format text collate "C",
      container_format text collate "C",
      min_disk integer not null,
      min_ram integer not null,
      size bigint,
      virtual_size bigint,
      checksum text collate "C",
      os_hash_algo text collate "C",
      os_hash_value text collate "C",
      protected boolean not null,
      os_hidden boolean not null,
      properties json not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      tag_revision bigint not null,
      primary key (project_id, id)
    ) with (fillfactor = 80)`);
  await knex.raw('create index images_page on images (project_id, created_at desc, id desc)');
  await knex.raw('create index images_open on images (visibility, created_at desc, id desc)');
  await knex.raw(`
    create table image_members (
      project_id text collate "C" not null,
      image_id text collate "C" not null,
      member_id text collate "C" not null,
      status text collate "C" not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (project_id, image_id, member_id),
      foreign key (project_id, image_id) references images on update cascade on delete cascade
    )`);
  await knex.raw('create index image_members_of on image_members (member_id, status)');
  await knex.raw(`
    create table image_tags (
      project_id text collate "C" not null,
      image_id text collate "C" not null,
      name text collate "C" not null,
      key text collate "C" not null,
      value text collate "C" not null,
      primary key (project_id, image_id, name),
      foreign key (project_id, image_id) references images on update cascade on delete cascade
    )`);
  await knex.raw('create index image_tags_pair on image_tags (project_id, key, value, image_id)');
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['image_tags', 'image_members', 'images', 'image_owners']) {
    await knex.schema.dropTable(table);
  }
}
