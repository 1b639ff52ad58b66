import type { BackupTable } from '../backup/tables';
import type { Queryable } from '../database/database';
import { isOfImages, withoutForeignKeys } from './foreign-keys';
import type { SnapshotStatements } from './statements';

/** Removes all rows of the project. Asks once which tables have any, since most have none. */
export async function emptyProject(
  client: Queryable,
  projectId: string,
  tables: readonly BackupTable[],
  texts: SnapshotStatements,
): Promise<void> {
  const values = [projectId];
  for (const statement of texts.beginAnew) await client.query(statement, values);
  const filled = await filledTables(client, projectId, texts);
  const has = ({ name }: BackupTable): boolean => filled.has(name);
  // Children first, so that no cascade has to look for them.
  for (const table of [...tables].reverse().filter((one) => has(one) && !isOfImages(one)))
    await client.query(texts.emptyTable(table), values);
  if (tables.some((table) => table.name === 'images' && has(table)))
    await removeImages(client, projectId, tables.filter(isOfImages), texts);
}

/**
 * Deletes the images first: after that no row can refer to them, so the next statements see every row that does. Images that
 * others create in the meantime stay, with their rows.
 */
async function removeImages(
  client: Queryable,
  projectId: string,
  tables: readonly BackupTable[],
  texts: SnapshotStatements,
): Promise<void> {
  await withoutForeignKeys(client, async (areOff) => {
    const children = tables.filter(({ name }) => name !== 'images');
    if (!areOff) for (const table of children) await client.query(texts.emptyTable(table), [projectId]);
    const gone = await client.query<{ id: string }>(texts.removeImages, [projectId]);
    const ids = gone.map(({ id }) => id);
    if (!areOff) return;
    const filled = await filledTables(client, projectId, texts);
    for (const table of children.filter(({ name }) => filled.has(name)))
      await client.query(texts.removeOfImages(table), [projectId, ids]);
  });
}

async function filledTables(
  client: Queryable,
  projectId: string,
  texts: SnapshotStatements,
): Promise<Set<string>> {
  const rows = await client.query<{ name: string }>(texts.filled, [projectId]);
  return new Set(rows.map(({ name }) => name));
}
