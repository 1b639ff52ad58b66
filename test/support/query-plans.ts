import { Client } from 'pg';
import { type ConnectionSettings, sessionOptions, type Statement } from '../../src/storage/database/database';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface Plan {
  /** Tables that were read from end to end. */
  readonly scanned: readonly string[];
  readonly indexes: ReadonlySet<string>;
  /** What each index is asked for. */
  readonly conditions: readonly string[];
  /** Whether Postgres has settled on one plan for all values. */
  readonly generic: boolean;
  /** Rows of tables and indexes that it looked at the last time. */
  readonly read: number;
  /** Pairs of rows that a join compared in vain the last time. */
  readonly compared: number;
}

/** Postgres decides after five executions whether it keeps making plans. */
const executions = 6;

/** As a gateway's connection would have it after some use. Nothing that the statements change stays. */
export async function planOf(
  connection: Exclude<ConnectionSettings, string>,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Plan> {
  const client = new Client({ ...connection, options: sessionOptions });
  await client.connect();
  try {
    await client.query('begin');
    const literals = values.map((value) => literalOf(client, value)).join(', ');
    const call = literals === '' ? 'asked' : `asked (${literals})`;
    await client.query(`set local plan_cache_mode = ${name === undefined ? 'force_custom_plan' : 'auto'}`);
    await client.query(`prepare asked as ${text}`);
    for (let n = 0; n < executions; n++) await client.query(`execute ${call}`);
    const shown = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute ${call}`,
    );
    const counts = await client.query<{ generic_plans: string }>(
      'select generic_plans from pg_prepared_statements',
    );
    const nodes = shown.rows.flatMap((row) => flat(row['QUERY PLAN'][0].Plan));
    return {
      scanned: nodes
        .filter((node) => node['Node Type'] === 'Seq Scan' && node['Actual Loops'] !== 0)
        .map((node) => node['Relation Name'] ?? ''),
      conditions: nodes.flatMap((node) => node['Index Cond'] ?? []),
      indexes: new Set(nodes.flatMap((node) => node['Index Name'] ?? [])),
      read: nodes.reduce((sum, node) => sum + rowsReadBy(node), 0),
      compared: nodes.reduce((sum, node) => sum + comparedBy(node), 0),
      generic: Number(counts.rows[0]?.generic_plans) > 0,
    };
  } finally {
    await client.end();
  }
}

/** As long as it takes: a gateway's connection has limits that a busy machine exceeds. */
export async function fill(
  connection: Exclude<ConnectionSettings, string>,
  statements: readonly string[],
): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    for (const text of statements) await client.query(text);
  } finally {
    await client.end();
  }
}

/** A bitmap of an index is read once more in the table. */
function rowsReadBy(node: PlanNode): number {
  if (!/Scan/.test(node['Node Type']) || (node['Relation Name'] ?? node['Index Name']) === undefined)
    return 0;
  const rows =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return rows * (node['Actual Loops'] ?? 0);
}

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}

function comparedBy({
  'Rows Removed by Join Filter': rows = 0,
  'Actual Loops': loops = 1,
}: PlanNode): number {
  return rows * loops;
}

function literalOf(client: Client, value: unknown): string {
  // As `pg` sends a list: one text, whose type follows from the statement.
  if (Array.isArray(value)) return client.escapeLiteral(arrayText(value));
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return client.escapeLiteral(value.toISOString());
  if (value === null) return 'null';
  return client.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value));
}

function arrayText(items: readonly unknown[]): string {
  const texts = items.map((item) => {
    if (Array.isArray(item)) return arrayText(item);
    return item === null ? 'null' : JSON.stringify(item);
  });
  return `{${texts.join()}}`;
}
