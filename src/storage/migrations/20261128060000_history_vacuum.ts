import type { Knex } from 'knex';

/**
 * Vacuum of removed history writes 4 MB/s of WAL instead of 40: writers' commits queued behind it for 350 ms. Many
 * short sleeps, since a sleeping vacuum can hold a page that a writer needs.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'alter table tag_changes set (autovacuum_vacuum_cost_limit = 20, autovacuum_vacuum_cost_delay = 2)',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'alter table tag_changes reset (autovacuum_vacuum_cost_limit, autovacuum_vacuum_cost_delay)',
  );
}
