import type { Knex } from 'knex';
import { addColumn, createIndex } from './concurrently';

/**
 * Jobs that take time. `pending` is null but for those that have not been ended; `failure` is the error code with which a
 * job was asked to fail. An older build that runs beside this one writes neither: its jobs are done when they are made.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'jobs', 'failure text');
  await addColumn(knex, 'jobs', 'pending boolean');
  await createIndex(knex, 'jobs_pending', 'jobs (ended_at, project_id, id) where pending');
}

export async function down(knex: Knex): Promise<void> {
  for (const column of ['failure', 'pending']) await knex.raw(`alter table jobs drop column ${column}`);
}

/** The index is made concurrently. */
export const config = { transaction: false };
