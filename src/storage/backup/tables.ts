import type { QueryResultRow } from 'pg';
import { BackupError } from './format';

/** A connection, or one that is lent. */
export interface CatalogSession {
  query<Row extends QueryResultRow>(text: string): Promise<Row[]>;
}

export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Names of the tables that its foreign keys refer to. */
  readonly parents: readonly string[];
}

/** What is exported. */
export interface BackupScope {
  /** Only the images, tags, members and jobs of this project; null: everything. */
  readonly project: string | null;
  /** Also users, projects, roles, credentials, keys. */
  readonly identity: boolean;
  /** Names of tables that are left out. */
  readonly without?: readonly string[];
  /** Id of a snapshot of all projects: the rows of what it holds come from there. */
  readonly snapshot?: string;
}

/** What keeps an import's place; knex' own tables are named alike, and none of them is data. */
export const importProgressTable = 'knex_tagway_import';

/** Filled by migrations, so that they are never empty; those that refer to others first. */
export const prefilledTables: readonly string[] = [
  'identity_endpoints',
  'identity_services',
  'identity_regions',
  'identity_implied_roles',
  'identity_roles',
  'identity_domains',
];

interface CatalogRow {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[] | null;
  readonly parents: readonly string[] | null;
}

const listed = (rows: string): string => `(select array_agg(${rows})`;

/**
 * Read from the catalog, so that a table which a later migration makes cannot be forgotten. Feeds begin anew: a
 * position means nothing in another database. Counts are made anew. Snapshots stay out: they belong to one run of a test suite.
 */
const catalog = `
  select c.relname::text as name,
    ${listed('a.attname::text order by a.attnum')} from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    ${listed('a.attname::text order by array_position(k.conkey, a.attnum)')} from pg_constraint k
      join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)
      where k.conrelid = c.oid and k.contype = 'p') as key,
    ${listed('p.relname::text')} from pg_constraint k join pg_class p on p.oid = k.confrelid
      where k.conrelid = c.oid and k.contype = 'f' and p.oid <> c.oid) as parents
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'knex\\_%'
    and c.relname not in ('tag_feeds', 'tag_counts', 'tag_count_changes', 'project_snapshots', 'project_snapshot_rows')
  order by c.relname::text collate "C"`;

/**
 * The tables of a scope; each comes after those that its foreign keys refer to.
 * @throws BackupError when the database holds no Tagway, or a table without a key
 */
export async function readTables(
  session: CatalogSession,
  { project, identity, without = [] }: BackupScope,
): Promise<BackupTable[]> {
  const rows = await session.query<Record<string, unknown> & CatalogRow>(catalog);
  if (!rows.some((row) => row.name === 'images')) {
    throw new BackupError('there are no tables of Tagway in this database: is DATABASE_URL the right one?');
  }
  const wanted = rows.filter(
    (table) =>
      !without.includes(table.name) &&
      ((identity && project === null) ||
        (!isIdentity(table.name) && (project === null || isProjectTable(table)))),
  );
  return inOrder(wanted).map(({ name, columns, key, parents }) => {
    if (!key) throw new BackupError(`the table ${name} has no primary key: is it one of Tagway's?`);
    return { name, columns, key, parents: parents ?? [] };
  });
}

/** Whether a snapshot of projects holds it. */
export function isProjectTable({ name, columns }: Pick<BackupTable, 'name' | 'columns'>): boolean {
  return !isIdentity(name) && columns.includes('project_id');
}

function isIdentity(table: string): boolean {
  return /^(identity|keystone)_/.test(table);
}

function inOrder(rows: readonly CatalogRow[]): CatalogRow[] {
  const ordered: CatalogRow[] = [];
  const place = (row: CatalogRow): void => {
    if (ordered.includes(row)) return;
    for (const parent of row.parents ?? []) {
      const found = rows.find(({ name }) => name === parent);
      if (found) place(found);
    }
    ordered.push(row);
  };
  rows.forEach(place);
  return ordered;
}

/** The last migration that was applied. @throws BackupError before the first one */
export async function readSchemaVersion(session: CatalogSession): Promise<string> {
  const [row] = await session
    .query<{ name: string }>('select name from knex_migrations order by id desc limit 1')
    .catch(() => []);
  if (row) return row.name;
  throw new BackupError('there are no tables of Tagway in this database: is DATABASE_URL the right one?');
}

/** Names are the catalog's own; quoted, since one may be a reserved word. */
export function quoteNames(names: readonly string[], of = ''): string {
  return names.map((name) => `${of}"${name.replaceAll('"', '""')}"`).join(', ');
}

/** The condition on a table for what a project owns. */
export function ownedByProjectCondition(project: string | null): { text: string; values: string[] } {
  return project === null ? { text: '', values: [] } : { text: 'where t.project_id = $1', values: [project] };
}

/** What a table has in a scope, under the name `t`. */
export function rowsInScopeClause(
  { project, snapshot }: BackupScope,
  table: BackupTable,
): { from: string; values: string[] } {
  const name = quoteNames([table.name]);
  if (snapshot === undefined || !isProjectTable(table)) {
    const { text, values } = ownedByProjectCondition(project);
    return { from: `from ${name} t ${text}`, values };
  }
  return {
    from: `from (
      select r.* from project_snapshot_rows s
      cross join lateral json_populate_recordset(null::${name}, s.rows) r
      where s.snapshot_id = $1 and s.table_name = '${table.name}'
    ) t`,
    values: [snapshot],
  };
}
