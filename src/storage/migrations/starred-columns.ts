import type { Knex } from 'knex';
import { lockTables, renewSessions } from './concurrently';

/** Of tables of which the builds of before have prepared statements with `*`. */
const columns = [
  ['images', 'history_revision', 'bigint'],
  ['identity_access_keys', 'all_projects', 'boolean not null default false'],
  ['keystone_access_keys', 'all_projects', 'boolean not null default false'],
] as const;

/**
 * All that are missing, also those that a later migration begins with: the sessions of such builds are then renewed once.
 * @param changed other such tables that the transaction has changed
 */
export async function addStarredColumns(transaction: Knex, changed: readonly string[] = []): Promise<void> {
  const missing = [];
  for (const column of columns)
    if (!(await transaction.schema.hasColumn(column[0], column[1]))) missing.push(column);
  const tables = missing.map(([table]) => table);
  if (tables.length === 0) return;
  await lockTables(transaction, tables);
  for (const [table, name, type] of missing)
    await transaction.raw(`alter table ${table} add column ${name} ${type}`);
  await renewSessions(transaction, [...tables, ...changed]);
}
