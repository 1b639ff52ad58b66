import type { Knex } from 'knex';

/**
 * Wrong passwords and secrets of late, counted for all processes together, and the addresses from which an identity
 * has logged in. A name is a hash: users type passwords into the name field.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity_login_tries (
      name text collate "C" primary key,
      minute bigint not null,
      tries integer not null,
      tries_before integer not null,
      logged_in_minute bigint
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('identity_login_tries');
}
