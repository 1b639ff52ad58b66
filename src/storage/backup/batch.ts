import { randomInt } from 'node:crypto';
import { type BackupError, batchLimit, backupLineFault, type TableColumns } from './format';
import type { BackupSession } from './session';
import { quoteNames } from './tables';

/** Rows of one table that are stored together, as their lines say them. */
export class ImportBatch {
  private readonly rows: string[] = [];
  private readonly lines: string[] = [];
  private characters = 0;

  /** @param firstLine of the file, counted from 1 */
  constructor(
    readonly table: string,
    private readonly firstLine: number,
  ) {}

  get size(): number {
    return this.rows.length;
  }

  /** @throws BackupError when it grows beyond what an export puts into one */
  add(row: string, line: string): void {
    this.rows.push(row);
    this.lines.push(line);
    this.characters += line.length;
    const { rows, characters } = batchLimit;
    // A single row may be of any length.
    if (this.size <= rows && (this.characters <= characters || this.size === 1)) return;
    throw backupLineFault(
      this.firstLine + this.size - 1,
      'too many rows without a check line: get an undamaged copy of the file',
    );
  }

  /** The text that its check covers. */
  text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  /** To be called in a transaction. @param rows some of this batch; all when left out */
  async store(session: BackupSession, tables: TableColumns, rows = this.rows): Promise<void> {
    await insert(session, this.table, tables, rows);
    if (this.table === 'image_tags')
      await session.query(countImported, [asArray(rows), randomInt(2 ** 48 - 1)]);
  }

  /** Its rows of a project, as JSON. */
  ofProject(projectId: string): string[] {
    return this.rows.filter((row) => (JSON.parse(row) as { project_id?: unknown }).project_id === projectId);
  }

  /** Finds the row that was refused; stores nothing. @param cause the database's error for the whole batch */
  async culprit(session: BackupSession, tables: TableColumns, cause: unknown): Promise<BackupError> {
    let at = 0;
    const refused = await session
      .transaction(async () => {
        for (; at < this.size; at++) await insert(session, this.table, tables, this.rows.slice(at, at + 1));
        throw cause;
      })
      .catch((error: unknown) => error as Error & { detail?: string });
    const line = this.firstLine + Math.min(at, this.size - 1);
    const detail = refused.detail === undefined ? '' : `: ${refused.detail}`;
    return backupLineFault(
      line,
      `this row of ${this.table} cannot be stored: ${refused.message}${detail}`,
      refused,
    );
  }
}

/** Tags whose count is kept, as every change of tags does it (tag-count-statements.ts). $1 rows, $2 id */
const countImported = `
  insert into tag_count_changes (project_id, id, tag_keys, tag_values, images)
  select d.project_id, $2::bigint, array_agg(d.key), array_agg(d.value), array_agg(d.images)
  from (
    select r.project_id, r.key, r.value, count(*) as images
    from json_populate_recordset(null::image_tags, $1::json) r
    join tag_counts a on a.project_id = r.project_id and a.key = r.key and a.value = r.value
    group by r.project_id, r.key, r.value
  ) d
  group by d.project_id`;

/** Columns whose default marks rows that an older build writes. Rows of an import get null instead. */
const withoutDefault: TableColumns = { tag_changes: ['uncounted'] };

/** As JSON text, which Postgres reads itself: no value passes through a type of JavaScript. */
async function insert(
  session: BackupSession,
  table: string,
  tables: TableColumns,
  rows: readonly string[],
): Promise<void> {
  const all = new Set([...(tables[table] ?? []), ...(withoutDefault[table] ?? [])]);
  const [name, columns] = [quoteNames([table]), quoteNames([...all])];
  await session.query(
    `insert into ${name} (${columns}) select ${columns} from json_populate_recordset(null::${name}, $1::json)`,
    [asArray(rows)],
  );
}

function asArray(rows: readonly string[]): string {
  return `[${rows.join(',')}]`;
}

/** The row's own fault (SQLSTATE classes 22 and 23), not one of the connection or the server. */
export function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|23)/.test(code);
}
