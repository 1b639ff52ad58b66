import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import { type ConnectionSettings, Database, type Statement } from '../../src/storage/database/database';
import { comparedCounts, keepCounts } from '../../test/support/tag-counts';

const btrees = `select c.relname as name, bt_index_check(c.oid, true) from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_am a on a.oid = c.relam
  where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p' and i.indisready and i.indisvalid`;

const heaps = `select c.relname as name, v.msg from pg_class c, lateral verify_heapam(c.oid) v
  where c.relkind = 'r' and c.relpersistence = 'p'`;

/**
 * Postgres' own check: every entry of every B-tree is in order and every row is in its indexes, and every page
 * of every table is well-formed. And the counts of tags that are kept are right.
 * @returns what is wrong, null when all is well
 */
export async function damageOf(database: ClientConfig): Promise<string | null> {
  const client = new Client({ ...database, connectionTimeoutMillis: 10_000, query_timeout: 120_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('create extension if not exists amcheck');
    await client.query(btrees);
    const { rows } = await client.query<{ name: string; msg: string }>(heaps);
    const { wrong } = await comparedCounts({
      query: async <Row extends QueryResultRow>({ text }: Statement, values: readonly unknown[]) =>
        (await client.query<Row>(text, [...values])).rows,
    });
    const damage = [...rows.map(({ name, msg }) => `${name}: ${msg}`), ...wrong];
    return damage.length === 0 ? null : damage.join('\n');
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** So that the counts of these tags have to be changed from now on. */
export async function keepCountsOf(where: ClientConfig, projectId: string): Promise<void> {
  const database = new Database(where as ConnectionSettings, 1, () => undefined);
  try {
    await keepCounts(database, projectId);
  } finally {
    await database.close();
  }
}
