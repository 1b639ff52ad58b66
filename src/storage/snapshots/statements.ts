import { type BackupTable, quoteNames } from '../backup/tables';
import type { Statement } from '../database/database';

/** Rows of a table in one row of the snapshot. */
const together = 1_000;
/** More than that, in snapshots of every version: the number of a row is that of its part, times this, and its place there. */
const numbersOfPart = 2 ** 24;

/** $1 project, '' for all of them */
export const listSnapshots: Statement = {
  text: 'select id, created_at from project_snapshots where project_id = $1 order by created_at, id',
};

/** $1 project, $2 id, $3 moment */
export const addSnapshot: Statement = {
  text: 'insert into project_snapshots (project_id, id, created_at) values ($1, $2, $3)',
};

/** $1 project, $2 id. It waits for who restores the same one. */
export const lockSnapshot: Statement = {
  text: 'select id from project_snapshots where project_id = $1 and id = $2 for share',
};

/** $1 project, $2 id */
export const removeSnapshot: Statement = {
  text: 'delete from project_snapshots where project_id = $1 and id = $2 returning id',
};

/** $1 snapshot */
export const removeSnapshotRows: Statement = {
  text: 'delete from project_snapshot_rows where snapshot_id = $1',
};

/** $1 project */
export const removeRowsOfProject: Statement = {
  text: 'delete from project_snapshot_rows where project_id = $1',
};

/**
 * The statements on one project, or on all of them. Only those on one have its id, as the first value.
 * @param isCitus it locks no rows of several shards: data of an image that is deleted in that moment may be missing
 */
export function snapshotStatements(
  isWhole: boolean,
  tables: readonly BackupTable[],
  isCitus: boolean,
): SnapshotStatements {
  const where = (alias: string): string => (isWhole ? '' : `where ${alias}project_id = $1`);
  const and = (alias: string): string => (isWhole ? 'where' : `${where(alias)} and`);
  const id = isWhole ? '$1' : '$2';
  return {
    // Who deletes an image waits until its data are linked; who changes its tags does not.
    holdData: {
      text: `select i.id from images i ${and('i.')} i.size is not null order by i.id${isWhole && isCitus ? '' : ' for key share'}`,
      bound: 'long',
    },
    take: { text: takeText(tables, where('t.'), isWhole, id), bound: 'long' },
    held: {
      text: `select table_name, columns from project_snapshot_rows
        ${and('')} snapshot_id = ${id} and part = 0`,
      bound: 'long',
    },
    lock: isWhole
      ? []
      : [{ text: 'select 1 from images where project_id = $1 order by id for update', bound: 'long' }],
    emptyAll: emptyAll(tables),
    ...removalsOfImages,
    beginAnew: derived.map((table) => ({ text: emptyText(table), bound: 'long' })),
    removeOthers: (table) => ({ text: removeOthersText(table), bound: 'long' }),
    emptyTable: (table) => ({ text: emptyText(quoteNames([table.name])), bound: 'long' }),
    filled: { text: filledText(tables), bound: 'long' },
    isCompared: (table, columns) => isCompared(table, columns, isCitus),
    putBack: (table, columns, numbers) => {
      const which = `${and('s.')} s.snapshot_id = ${id}${numbers ? ` and ${rowNumber} = any(${numbers}::bigint[])` : ''}`;
      return { text: putBackText(table, columns, which, numbers !== null), bound: 'long' };
    },
    imagesWithData: {
      text: `select i.id, i.size from images i ${and('i.')} (i.size is not null or i.status <> 'queued')`,
      bound: 'long',
    },
    // The upload or import that was under way is over, and what was staged belongs to a later time.
    endUploads: { text: endUploadsText(isWhole), bound: 'long' },
  };
}

function emptyAll(tables: readonly BackupTable[]): Statement {
  return {
    text: `truncate ${[...tables.map(({ name }) => quoteNames([name])), ...derived].join(', ')}`,
    bound: 'long',
  };
}

const removalsOfImages = {
  removeImages: { text: `${emptyText('images')} returning id`, bound: 'long' } as Statement,
  removeOfImages: ({ name }: BackupTable): Statement => ({
    text: `${emptyText(quoteNames([name]))} and image_id = any($2::text[])`,
    bound: 'long',
  }),
};

export function endUploadsText(isWhole: boolean): string {
  const which = isWhole ? 'where' : 'where project_id = $1 and';
  return `${queued} ${which} status in ('saving', 'uploading', 'importing')`;
}

/** An image that has its data already, and only waits for its job, keeps their size. */
const queued = `update images set status = 'queued', size = case when status = 'saving' then size end`;

/** What follows from the other tables, and begins anew. The changes of counts first: from then on no tag gets a count (tag-counts.ts). */
const derived = ['tag_feeds', 'tag_count_changes', 'tag_counts'];

function emptyText(table: string): string {
  return `delete from ${table} where project_id = $1`;
}

/** Citus joins no tables of which one lies by another column. */
function isCompared({ name, key }: BackupTable, columns: readonly string[], isCitus: boolean): boolean {
  return !(isCitus && name === 'image_owners') && key.every((column) => columns.includes(column));
}

function filledText(tables: readonly BackupTable[]): string {
  const one = ({ name }: BackupTable): string =>
    `(select '${name}' as name from ${quoteNames([name])} where project_id = $1 limit 1)`;
  return tables.map(one).join(' union all ');
}

const rowNumber = `s.part * ${String(numbersOfPart)} + e.place`;

/**
 * @param which rows of the snapshot: a `where`
 * @param isFilled false: the table is empty; if another transaction adds the same key, the restore is retried
 */
function putBackText(
  table: BackupTable,
  columns: readonly string[],
  which: string,
  isFilled: boolean,
): string {
  return `insert into ${quoteNames([table.name])} (${quoteNames(columns)})
    select ${columns.map((column) => `(r.line).${quoteNames([column])}`).join(', ')} from (
      select json_populate_record(null::${quoteNames([table.name])}, e.line) as line from project_snapshot_rows s
      cross join lateral json_array_elements(s.rows) with ordinality e (line, place)
      ${which} and s.table_name = '${table.name}' offset 0
    ) r${isFilled ? ifThere(table) : ''}`;
}

/** A row that changed, or one of the others that has come since; that another project has the id must not go unnoticed. */
function ifThere({ name, key, columns }: BackupTable): string {
  if (name === 'image_owners') return '';
  const others = columns.filter((column) => !key.includes(column)).map((column) => quoteNames([column]));
  const changed = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return ` on conflict (${quoteNames(key)}) do ${changed === '' ? 'nothing' : `update set ${changed}`}`;
}

/**
 * Most rows are as the snapshot has them, and stay. A full join and a grouping are never made as a loop in a loop, which
 * Postgres might choose for tables that it has no statistics of. `offset 0`: else it makes the text of a row for each use.
 */
function removeOthersText({ name, key }: BackupTable): string {
  return `with different as materialized (
      select n.row, h.number, coalesce(n.line, h.line)::json as line from (
        select t.ctid as row, row_to_json(t)::text as line from ${quoteNames([name])} t where t.project_id = $1 offset 0
      ) n
      full join (
        select ${rowNumber} as number, e.line from project_snapshot_rows s
        cross join lateral json_array_elements_text(s.rows) with ordinality e (line, place)
        where s.project_id = $1 and s.snapshot_id = $2 and s.table_name = '${name}'
      ) h on h.line = n.line
      where n.line is null or h.line is null
    ),
    keyed as materialized (
      select max(d.row) as row, max(d.number) as number from different d
      group by ${key.map((column) => `d.line ->> '${column}'`).join(', ')}
    ),
    gone as (
      delete from ${quoteNames([name])} t using keyed k where t.project_id = $1 and t.ctid = k.row and k.number is null
    )
    select k.number from keyed k where k.number is not null`;
}

export interface SnapshotStatements {
  readonly holdData: Statement;
  readonly take: Statement;
  readonly held: Statement;
  readonly lock: readonly Statement[];
  /** Of all projects. */
  readonly emptyAll: Statement;
  readonly removeImages: Statement;
  /** $2 the ids of images. The table refers to images. */
  readonly removeOfImages: (table: BackupTable) => Statement;
  readonly beginAnew: readonly Statement[];
  /** @returns the names of tables with rows of the project */
  readonly filled: Statement;
  /**
   * $2 snapshot. Removes the rows that it does not have.
   * @returns the numbers of those that it has, and that are missing or otherwise
   */
  readonly removeOthers: (table: BackupTable) => Statement;
  readonly emptyTable: (table: BackupTable) => Statement;
  /** @param columns of the rows in the snapshot */
  readonly isCompared: (table: BackupTable, columns: readonly string[]) => boolean;
  /** @param numbers the parameter with those of the rows; null: all of them */
  readonly putBack: (table: BackupTable, columns: readonly string[], numbers: '$3' | null) => Statement;
  /** Or with some of them: one that is queued, and whose size is not known, has none. */
  readonly imagesWithData: Statement;
  readonly endUploads: Statement;
}

/** One statement, so that all tables are seen at one moment. */
function takeText(tables: readonly BackupTable[], where: string, isWhole: boolean, id: string): string {
  const each = isWhole ? 'partition by t.project_id' : '';
  const selects = tables.map(({ name, columns }) => {
    const listed = columns.map((column) => `'${column}'`).join(', ');
    return `select p.project_id, ${id}::text, '${name}', p.part, array[${listed}]::text[], json_agg(p.line)
      from (
        select t.project_id, row_to_json(t) as line, (row_number() over (${each}) - 1) / ${String(together)} as part
        from ${quoteNames([name])} t ${where}
      ) p
      group by p.project_id, p.part`;
  });
  return `insert into project_snapshot_rows (project_id, snapshot_id, table_name, part, columns, rows)
    ${selects.join('\n    union all ')}`;
}
