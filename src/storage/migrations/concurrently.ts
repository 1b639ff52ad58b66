import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { SessionRenewal } from '../session-renewal';

/** A statement that waits for a table's lock makes every later writer wait behind it, so it gives up after this. */
const lockWait = '200ms';
const tries = 300;

const lockNotAvailable = '55P03';
const featureNotSupported = '0A000';

/** @param column as `create table` has it, without a default that would have to be written into every row */
export function addColumn(knex: Knex, table: string, column: string): Promise<void> {
  return alter(knex, `alter table ${table} add column if not exists ${column}`);
}

export function allowNull(knex: Knex, table: string, column: string): Promise<void> {
  return alter(knex, `alter table ${table} alter column ${column} drop not null`);
}

/** A statement that needs a moment of the table for itself. */
export async function alter(knex: Knex, statement: string): Promise<void> {
  await renewalOf(knex)?.settled();
  for (let attempt = 1; ; attempt++) {
    try {
      await knex.transaction(async (transaction) => {
        await transaction.raw(`set local lock_timeout = '${lockWait}'`);
        await transaction.raw(statement);
      });
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== lockNotAvailable || attempt === tries) throw error;
      await sleep(200);
    }
  }
}

/** First in a transaction that changes tables: their writers do not wait for other statements along with it. */
export async function lockTables(transaction: Knex, tables: readonly string[]): Promise<void> {
  try {
    await alter(transaction, `lock table ${tables.join(', ')} in access exclusive mode`);
  } catch (error) {
    // Not every engine has this lock.
    if ((error as { code?: string }).code !== featureNotSupported) throw error;
  }
  await transaction.raw('set local lock_timeout to default');
}

/** Last in such a transaction, if earlier builds have prepared statements with all columns of the tables. */
export async function renewSessions(transaction: Knex, tables: readonly string[]): Promise<void> {
  await renewalOf(transaction)?.begin(transaction, tables);
}

function renewalOf(knex: Knex): SessionRenewal | undefined {
  return (knex.userParams as { renewal?: SessionRenewal } | undefined)?.renewal;
}

/** Does not block writers. What an interrupted run has left is made again. @param on table, columns and condition */
export async function createIndex(knex: Knex, name: string, on: string): Promise<void> {
  // Both want the table: requests would wait for the two of them.
  await renewalOf(knex)?.settled();
  const { rows } = await knex.raw<{ rows: { valid: boolean }[] }>(
    `select i.indisvalid as valid from pg_class c join pg_index i on i.indexrelid = c.oid where c.relname = '${name}'
      and c.relnamespace = current_schema()::regnamespace`,
  );
  if (rows[0]?.valid === false) await dropIndex(knex, name);
  if (rows[0]?.valid === true) return;
  // A new database has nothing to wait for.
  const filled = await knex.raw<{ rows: unknown[] }>(`select 1 from ${on.slice(0, on.indexOf(' '))} limit 1`);
  if (filled.rows.length > 0) reportProgress(knex, `making the index ${name}`);
  await knex.raw(`create index concurrently ${name} on ${on}`);
}

export async function dropIndex(knex: Knex, name: string): Promise<void> {
  await knex.raw(`drop index concurrently if exists ${name}`);
}

/** Progress of a long migration, for the log of the gateway that runs it. */
export function reportProgress(knex: Knex, text: string): void {
  (knex.userParams as { report?: (text: string) => void } | undefined)?.report?.(text);
}
