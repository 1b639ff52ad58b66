import type { BackupTable } from '../backup/tables';
import type { Queryable, Statement } from '../database/database';

/**
 * Until `heed`, or the end of the transaction. Only a superuser may, as with the embedded Postgres, and only on Postgres
 * itself; elsewhere it does nothing.
 */
const pass: Statement = {
  text: `select set_config('session_replication_role', 'replica', true) from pg_roles
    where rolname = current_user and rolsuper and version() like 'PostgreSQL %' and version() not like '%-YB-%'`,
  bound: 'short',
};

const heed: Statement = {
  text: `select set_config('session_replication_role', 'origin', true)`,
  bound: 'short',
};

/**
 * Postgres looks at the other table for each row that has a foreign key or is referred to, which is half of the time of
 * a reset and of a restore. The work must keep the keys by itself, also with what others do meanwhile.
 * @param work isPassed: whether deleted rows leave those that refer to them
 */
export async function withoutForeignKeys<Result>(
  client: Queryable,
  work: (isPassed: boolean) => Promise<Result>,
): Promise<Result> {
  const isPassed = (await client.query(pass, [])).length > 0;
  const result = await work(isPassed);
  if (isPassed) await client.query(heed, []);
  return result;
}

export function isOfImages({ name, parents }: BackupTable): boolean {
  return name === 'images' || parents.includes('images');
}
