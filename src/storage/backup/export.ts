import { createHash, type Hash } from 'node:crypto';
import {
  BackupError,
  batchLimit,
  checkLine,
  endLine,
  backupFormatVersion,
  type BackupHeader,
  backupHeaderLine,
} from './format';
import type { BackupSession } from './session';
import {
  quoteNames,
  readTables,
  readSchemaVersion,
  type BackupScope,
  type BackupTable,
  rowsInScopeClause,
} from './tables';
import { findUnfinishedImport } from './unfinished';

/** What a batch is to weigh (characters): rows of some tables are ten thousand times heavier than those of others. */
const batchWeight = 2 ** 19;

/** Rows of a fetch, first and at most. All of them are in memory, and heavy ones may come after light ones. */
const fetchRows = { first: 20, most: 200 };

/** @param all rows of the whole export */
export type OnRowsExported = (rows: number, all: number) => void;

/** Another line in place of a row's, with the same members. */
export type RewriteRow = (table: string, line: string) => string;

/**
 * Everything of the scope as text in whole lines, read on demand: nothing is fetched ahead of the reader. It is
 * one snapshot, whatever is written meanwhile; rows are in the order of their keys, so the same data make the same
 * text but for the time in the header. @throws BackupError
 */
export async function* exportRows(
  session: BackupSession,
  scope: BackupScope,
  onRows: OnRowsExported,
  change: RewriteRow = (_, line) => line,
): AsyncGenerator<Buffer> {
  await session.query('begin isolation level repeatable read read only');
  try {
    // By default the planner optimises for the first tenth of a cursor's rows.
    await session.query('set local cursor_tuple_fraction = 1');
    await session.query(`set local work_mem = '64MB'`);
    const tables = await readTables(session, scope);
    const header = await headerOf(session, scope, tables);
    yield Buffer.from(`${backupHeaderLine(header)}\n`);
    const rows: Record<string, number> = {};
    const hash = createHash('sha256');
    const all = Object.values(header.rows).reduce((sum, count) => sum + count, 0);
    for (const table of tables) {
      let count = 0;
      for await (const batch of batches(session, scope, table)) {
        count += batch.length;
        onRows(batch.length, all);
        yield closed(
          batch.map((line) => change(table.name, line)),
          hash,
        );
      }
      rows[table.name] = count;
    }
    yield Buffer.from(`${endLine({ rows, sha256: hash.digest('hex') })}\n`);
  } finally {
    await session.query('rollback').catch(() => undefined);
  }
}

async function headerOf(
  session: BackupSession,
  scope: BackupScope,
  tables: readonly BackupTable[],
): Promise<BackupHeader> {
  const schema = await readSchemaVersion(session);
  await requireWhole(session);
  const rows: Record<string, number> = {};
  for (const table of tables) {
    const { from, values } = rowsInScopeClause(scope, table);
    const [found] = await session.query<{ count: string }>(`select count(*) as count ${from}`, values);
    rows[table.name] = Number(found?.count);
  }
  const columns = Object.fromEntries(tables.map((table) => [table.name, table.columns]));
  return {
    format: backupFormatVersion,
    schema,
    taken: new Date().toISOString(),
    project: scope.project,
    tables: columns,
    rows,
  };
}

/** @throws BackupError when an import was begun and is not complete */
async function requireWhole(session: BackupSession): Promise<void> {
  if (!(await findUnfinishedImport(session))) return;
  throw new BackupError(
    'an import into this database is not finished: finish it with "tagway import --resume"',
  );
}

/** Row lines, as many at a time as make a batch. */
async function* batches(
  session: BackupSession,
  scope: BackupScope,
  table: BackupTable,
): AsyncGenerator<string[]> {
  const { from, values } = rowsInScopeClause(scope, table);
  // A line feed in JSON text is a blank, and would be the end of a line here.
  await session.query(
    `declare rows no scroll cursor for
      select '{"${table.name}":' || replace(row_to_json(t)::text, e'\\n', ' ') || '}' as line
      ${from} order by ${quoteNames(table.key, 't.')}`,
    values,
  );
  let [batch, weight]: [string[], number] = [[], 0];
  for (let size = fetchRows.first; ;) {
    const found = await session.query<{ line: string }>(`fetch forward ${String(size)} from rows`);
    for (const { line } of found) {
      batch.push(line);
      weight += line.length;
      if (batch.length < batchLimit.rows && weight < batchWeight) continue;
      yield batch;
      [batch, weight] = [[], 0];
    }
    if (found.length < size) break;
    const mean = found.reduce((sum, { line }) => sum + line.length, 0) / found.length;
    size = Math.max(1, Math.min(fetchRows.most, Math.floor(batchWeight / mean)));
  }
  if (batch.length > 0) yield batch;
  await session.query('close rows');
}

function closed(lines: readonly string[], hash: Hash): Buffer {
  const text = Buffer.from(`${lines.join('\n')}\n`);
  const sum = hash.update(text).copy().digest('hex');
  return Buffer.concat([text, Buffer.from(`${checkLine(sum)}\n`)]);
}
