import { Client, type QueryResultRow } from 'pg';
import type { ConnectionSettings } from '../database/connection';
import { toCoreError } from '../database/errors';
import { BackupError } from './format';
import { findPrimary } from '../database/primary';
import type { BackupSession } from './session';
import { importProgressTable } from './tables';

/** ms */
const timeoutMs = 10_000;

/** An import that was begun and is not complete. */
export interface UnfinishedImport {
  /** The line of its file up to which everything is stored, and the sum of its check. */
  readonly line: number;
  readonly sha256: string;
  /** null: of everything */
  readonly project: string | null;
}

export async function findUnfinishedImport(
  session: Pick<BackupSession, 'query'>,
): Promise<UnfinishedImport | undefined> {
  const [there] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    importProgressTable,
  ]);
  if (!there?.there) return undefined;
  const [row] = await session.query<{ line: string; sha256: string; project: string | null }>(
    `select line::text as line, sha256, project from ${importProgressTable} where id = 1`,
  );
  return row && { ...row, line: Number(row.line) };
}

/**
 * To be called before working with the data or migrating them. Half of everything would be served as if it were all,
 * and rows made meanwhile may conflict with the rest. Where one project is imported beside others, those need not wait.
 * @param warn called for an unfinished import of one project
 * @throws BackupError saying what to do, Unavailable
 */
export async function requireNoUnfinishedImport(
  connection: ConnectionSettings,
  warn: (sentence: string) => void,
): Promise<void> {
  const found = await look(connection).catch((error: unknown) => {
    throw toCoreError(error, false);
  });
  if (!found) return;
  const { line, project } = found;
  const what = project === null ? 'an import into this database' : `an import of project ${project}`;
  const advice =
    `${what} is not finished (line ${String(line)} of its file): ` +
    'finish it with "tagway import --resume" and the same file';
  if (project !== null) warn(`${advice}; until then a part of its data is missing`);
  else throw new BackupError(`${advice}, or begin again with an empty database`);
}

/** A session would need settings of its own, which a pooler does not take. */
async function look(connection: ConnectionSettings): Promise<UnfinishedImport | undefined> {
  const where = await findPrimary(connection);
  const bounds = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
  const client = new Client({ ...where, ...bounds, application_name: 'tagway' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await findUnfinishedImport({
      query: async <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) =>
        (await client.query<Row>(text, [...(values ?? [])])).rows,
    });
  } finally {
    void client.end().catch(() => undefined);
  }
}
