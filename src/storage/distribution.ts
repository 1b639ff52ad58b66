import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { citusStatement } from './database/engine';

/**
 * How tables lie on the nodes of a Citus cluster: what has a project lies with the other tables of that project, the
 * owners of ids by the id, and identity on the coordinator alone. A gateway connects to the coordinator only.
 */
interface Table {
  readonly name: string;
  readonly by: 'project_id' | 'id';
  /** Whether its project compares as that of images does; Citus keeps no others together. */
  readonly collated: boolean;
}

/** Read from the catalog, so that no table of a later migration can be forgotten. Parents first. */
const undistributed = `
  select c.relname::text as name, case when c.relname = 'image_owners' then 'id' else 'project_id' end as by,
    c.relname = 'image_owners' or a.attcollation = (select attcollation from pg_attribute
      where attrelid = 'images'::regclass and attname = 'project_id') as collated
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id' and not a.attisdropped
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    and c.relname not like 'knex\\_%' and c.relname not like 'identity\\_%' and c.relname not like 'keystone\\_%'
    and not exists (select 1 from pg_dist_partition d where d.logicalrelid = c.oid)
  order by c.relname <> 'images', c.relname collate "C"`;

const foreignKeys = `
  select conrelid::regclass::text as name, conname::text as key, pg_get_constraintdef(oid) as definition
  from pg_constraint where contype = 'f' and conrelid::regclass::text = any(?) order by 1, 2`;

interface ForeignKey {
  readonly name: string;
  readonly key: string;
  readonly definition: string;
}

/** A writer that already has one of the tables and waits for another one may make Postgres end this transaction. */
const tries = 20;
const pauseMs = 200;
const deadlock = '40P01';

/**
 * Distributes the tables that are not yet, with their rows, in one transaction: all of them, or none. Writers of these
 * tables wait until it ends.
 * @throws Error when the server has no Citus, or no node to put a shard on
 */
export async function distributeOverCitus(knex: Knex, report: (text: string) => void): Promise<void> {
  await requireCitus(knex);
  for (let attempt = 1; ; attempt++) {
    try {
      await knex.transaction((transaction) => distributeAll(transaction, report));
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock || attempt === tries) throw error;
      await sleep(pauseMs);
    }
  }
}

async function distributeAll(transaction: Knex, report: (text: string) => void): Promise<void> {
  await transaction.raw('select id from knex_tagway_lock for update');
  // A table's keys refer to shards that this transaction has just made, over the same connection.
  await transaction.raw(`set local citus.multi_shard_modify_mode = 'sequential'`);
  const { rows } = await transaction.raw<{ rows: Table[] }>(undistributed);
  if (rows.length === 0) return;
  // Before any work: where it meets writers, only a moment's waiting is lost. Who creates an image claims its id first.
  const names = rows
    .map(({ name }) => name)
    .sort((a, b) => +(b === 'image_owners') - +(a === 'image_owners'));
  await transaction.raw(`lock table ${names.map(() => '??').join(', ')} in access exclusive mode`, names);
  await distributeTables(transaction, rows, report);
}

async function distributeTables(
  knex: Knex,
  tables: readonly Table[],
  report: (text: string) => void,
): Promise<void> {
  const names = tables.map(({ name }) => name);
  const { rows: keys } = await knex.raw<{ rows: ForeignKey[] }>(foreignKeys, [names]);
  for (const { name, key } of keys) await knex.raw('alter table ?? drop constraint ??', [name, key]);
  for (const { name, by, collated } of tables) {
    report(`distributing ${name} by ${by}`);
    if (!collated) await knex.raw(`alter table ?? alter column project_id type text collate "C"`, [name]);
    const companion = by === 'id' || name === 'images' ? 'none' : 'images';
    await knex.raw('select create_distributed_table(?, ?, colocate_with => ?)', [name, by, companion]);
  }
  // The rows are on the shards, and their copies here are of no use.
  for (const name of names) await knex.raw('select truncate_local_data_after_distributing_table(?)', [name]);
  for (const { name, key, definition } of keys) {
    // Citus refuses it with the distribution key in it, and no image changes its key: a move is another row.
    const plain = definition.replace(' ON UPDATE CASCADE', '');
    await knex.raw(`alter table ?? add constraint ?? ${plain}`, [name, key]);
  }
}

/** Whether the tables are distributed, so that later migrations must distribute theirs. */
export async function isDistributedOverCitus(knex: Knex): Promise<boolean> {
  if (!(await hasCitus(knex))) return false;
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `select 1 from pg_dist_partition where logicalrelid = to_regclass('images')`,
  );
  return rows.length > 0;
}

async function hasCitus(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(citusStatement.text);
  return rows.length > 0;
}

async function requireCitus(knex: Knex): Promise<void> {
  if (await hasCitus(knex)) return;
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    `select 1 from pg_available_extensions where name = 'citus'`,
  );
  const hint =
    rows.length > 0
      ? 'run "create extension citus" in this database as a superuser, on every node'
      : 'this Postgres is not of a Citus cluster';
  throw new Error(`the tables cannot be distributed: ${hint}`);
}
