import type { Knex } from 'knex';
import { addColumn, allowNull, createIndex, dropIndex } from './concurrently';

const columns = [
  'state text collate "C"',
  'image_id text collate "C"',
  'changed_at timestamptz',
  'message text collate "C"',
  'details json',
];

/** Jobs that are shown before they have ended. `state` is null for those that are done when they are stored. */
export async function up(knex: Knex): Promise<void> {
  for (const column of columns) await addColumn(knex, 'jobs', column);
  await allowNull(knex, 'jobs', 'ended_at');
  await createIndex(knex, 'jobs_of_image', 'jobs (image_id, project_id) where image_id is not null');
  await createIndex(knex, 'jobs_in_steps', 'jobs (begun_at, id) where state is not null');
}

export async function down(knex: Knex): Promise<void> {
  for (const name of ['jobs_of_image', 'jobs_in_steps']) await dropIndex(knex, name);
  await knex.raw('delete from jobs where state is not null');
  await knex.raw('alter table jobs alter column ended_at set not null');
  for (const column of columns)
    await knex.raw(`alter table jobs drop column ${column.split(' ', 1)[0] ?? ''}`);
}

/** Indexes that are made concurrently are made outside of transactions. A part that is done is not done again. */
export const config = { transaction: false };
