import { type BackupTable, quoted } from '../backup/tables';
import type { Statement } from '../database/database';

/** Rows of a table in one row of the snapshot. */
const together = 1_000;

/** $1 project, '' for all of them */
export const listSnapshots: Statement = {
  text: 'select id, created_at from project_snapshots where project_id = $1 order by created_at, id',
};

/** $1 project, $2 id, $3 moment */
export const addSnapshot: Statement = {
  text: 'insert into project_snapshots (project_id, id, created_at) values ($1, $2, $3)',
};

/** $1 project, $2 id. It waits for who restores the same one. */
export const holdSnapshot: Statement = {
  text: 'select id from project_snapshots where project_id = $1 and id = $2 for share',
};

/** $1 project, $2 id */
export const removeSnapshot: Statement = {
  text: 'delete from project_snapshots where project_id = $1 and id = $2 returning id',
};

/** $1 snapshot */
export const removeRows: Statement = { text: 'delete from project_snapshot_rows where snapshot_id = $1' };

/** $1 project */
export const removeRowsOfProject: Statement = {
  text: 'delete from project_snapshot_rows where project_id = $1',
};

/**
 * The statements on one project, or on all of them. Only those on one have its id, as the first value.
 * @param isCitus it locks no rows of several shards: data of an image that is deleted in that moment may be missing
 */
export function statementsFor(
  isWhole: boolean,
  tables: readonly BackupTable[],
  isCitus: boolean,
): SnapshotStatements {
  const names = tables.map(({ name }) => quoted([name]));
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
    empty: emptyTexts(names, isWhole).map((text) => ({ text, bound: 'long' })),
    putBack: (table, columns) => ({
      text: `insert into ${quoted([table.name])} (${quoted(columns)})
        select ${quoted(columns, 'r.')} from project_snapshot_rows s
        cross join lateral json_populate_recordset(null::${quoted([table.name])}, s.rows) r
        ${and('s.')} s.snapshot_id = ${id} and s.table_name = '${table.name}'${
          // A row of the others may have come since the table was emptied; a taken id must not go unnoticed.
          table.name === 'image_owners' ? '' : ' on conflict do nothing'
        }`,
      bound: 'long',
    }),
    imagesNow: { text: `select i.id, i.size from images i ${where('i.')}`, bound: 'long' },
    // The upload or import that was under way is over, and what was staged belongs to a later time.
    endUploads: { text: endUploadsText(isWhole), bound: 'long' },
  };
}

export function endUploadsText(isWhole: boolean): string {
  const which = isWhole ? 'where' : 'where project_id = $1 and';
  return `${queued} ${which} status in ('saving', 'uploading', 'importing')`;
}

/** An image that has its data already, and only waits for its job, keeps their size. */
const queued = `update images set status = 'queued', size = case when status = 'saving' then size end`;

/** What follows from the other tables, and begins anew. The changes of counts first: from then on no tag gets a count (tag-counts.ts). */
const derived = ['tag_feeds', 'tag_count_changes', 'tag_counts'];

/** Children first, so that no cascade has to look for them. */
function emptyTexts(tables: readonly string[], isWhole: boolean): string[] {
  return isWhole
    ? [`truncate ${[...tables, ...derived].join(', ')}`]
    : [...derived, ...[...tables].reverse()].map((name) => `delete from ${name} where project_id = $1`);
}

export interface SnapshotStatements {
  readonly holdData: Statement;
  readonly take: Statement;
  readonly held: Statement;
  readonly lock: readonly Statement[];
  readonly empty: readonly Statement[];
  readonly putBack: (table: BackupTable, columns: readonly string[]) => Statement;
  readonly imagesNow: Statement;
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
        from ${quoted([name])} t ${where}
      ) p
      group by p.project_id, p.part`;
  });
  return `insert into project_snapshot_rows (project_id, snapshot_id, table_name, part, columns, rows)
    ${selects.join('\n    union all ')}`;
}
