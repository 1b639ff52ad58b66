import type { BackupTable } from '../backup/tables';
import type { Queryable, Statement } from '../database/database';

/**
 * Switches foreign keys off until `switchOn` or the end of the transaction. Takes a superuser, as the embedded Postgres has,
 * and Postgres itself; otherwise does nothing.
 */
const switchOff: Statement = {
  text: `select set_config('session_replication_role', 'replica', true) from pg_roles
    where rolname = current_user and rolsuper and version() like 'PostgreSQL %' and version() not like '%-YB-%'`,
  bound: 'short',
};

const switchOn: Statement = {
  text: `select set_config('session_replication_role', 'origin', true)`,
  bound: 'short',
};

/**
 * Runs `work` without foreign keys where it can: checking them row by row is half the time of a reset or a restore.
 * `work` must keep them valid itself, whatever other transactions do.
 * @param work areOff: deleting a row then neither checks nor removes the rows that refer to it
 */
export async function withoutForeignKeys<Result>(
  client: Queryable,
  work: (areOff: boolean) => Promise<Result>,
): Promise<Result> {
  const areOff = (await client.query(switchOff, [])).length > 0;
  const result = await work(areOff);
  if (areOff) await client.query(switchOn, []);
  return result;
}

export function isOfImages({ name, parents }: BackupTable): boolean {
  return name === 'images' || parents.includes('images');
}
