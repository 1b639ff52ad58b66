import type { Knex } from 'knex';

/**
 * A tag's name determines its key and value, and a value goes with few keys. Without extended statistics Postgres
 * takes the columns for independent, expects a hundred images where a third of the project have the tag, and reads
 * and sorts them all for a page. Distributed engines have other statistics, or none, and go without.
 */
export async function up(knex: Knex): Promise<void> {
  if (!(await isPostgres(knex))) return;
  await knex.raw(
    'create statistics image_tags_pairs (dependencies, mcv) on name, key, value from image_tags',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop statistics if exists image_tags_pairs');
}

/** YugabyteDB calls itself `PostgreSQL 15.2-YB-2.25…`, CockroachDB has a name of its own. */
async function isPostgres(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { version: string }[] }>('select version()');
  return /^PostgreSQL (?!.*-YB-)/.test(rows[0]?.version ?? '');
}
