import { Readable } from 'node:stream';
import { exportRows, type ImportResult, importBackup, withSession } from '../../src/storage/backup';
import type { BackupScope } from '../../src/storage/backup/tables';
import { migrationSource } from '../../src/storage/migrations';
import { createDatabase, dropDatabase, type TestDatabase } from './database';

type Connection = TestDatabase['connection'];

const everything: BackupScope = { project: null, identity: true };

/** The lines of an export. */
export async function exportLines(connection: Connection, scope = everything): Promise<string[]> {
  return withSession(connection, async (session) => {
    const chunks: Buffer[] = [];
    for await (const chunk of exportRows(session, scope, () => undefined)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  });
}

/** @param source what is read, or lines of it */
export async function importLines(
  connection: Connection,
  source: AsyncIterable<Buffer> | readonly string[],
  resume = false,
): Promise<ImportResult> {
  const bytes =
    Symbol.asyncIterator in source ? source : Readable.from([Buffer.from(`${source.join('\n')}\n`)]);
  const knownSchemas = await migrationSource.getMigrations([]);
  return withSession(connection, (session) =>
    importBackup(session, bytes, { resume, knownSchemas, onRows: () => undefined }),
  );
}

/** Migrated databases without data, dropped after each test. */
export function emptyDatabases(): () => Promise<TestDatabase> {
  const made: TestDatabase[] = [];
  afterEach(async () => {
    for (const { database, connection } of made.splice(0)) {
      await database.close();
      await dropDatabase(connection.database);
    }
  });
  return async () => {
    const one = await createDatabase();
    made.push(one);
    return one;
  };
}

/** Everything but the header, whose time differs. */
export function rowsOf(lines: readonly string[]): string[] {
  return lines.slice(1);
}
