import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { type Snapshot, SnapshotRefused, type Snapshots } from '../../core/snapshots';
import { type BackupTable, readTables } from '../backup/tables';
import type { Database, Queryable, Statement } from '../database/database';
import { isCitus } from '../database/engine';
import { isUniqueViolation } from '../database/errors';
import { emptyProject } from './empty-project';
import { isOfImages, withoutForeignKeys } from './foreign-keys';
import { SnapshotFiles } from './snapshot-files';
import * as statements from './statements';

/** Of one project, and of all projects together. */
export const mostSnapshots = 20;

interface ImageNow {
  readonly id: string;
  readonly size: number | null;
}

/** What belongs to a project is read from the catalog, so that a table of a later migration cannot be forgotten. */
export class PostgresSnapshots implements Snapshots {
  private readonly files: SnapshotFiles;

  /** @param imageData the folder of a DirectoryDataStore */
  constructor(
    private readonly database: Database,
    imageData: string,
    private readonly clock: Clock,
  ) {
    this.files = new SnapshotFiles(imageData);
  }

  async take(projectId: string | null): Promise<Snapshot> {
    const snapshot = { id: randomUUID(), createdAt: this.clock.now() };
    const project = projectId ?? '';
    const citus = await isCitus(this.database);
    try {
      await this.database.transaction(async (client) => {
        const { holdData, take } = statements.snapshotStatements(
          projectId === null,
          await tablesOf(client),
          citus,
        );
        await client.query(statements.addSnapshot, [project, snapshot.id, snapshot.createdAt]);
        const all = await client.query(statements.listSnapshots, [project]);
        if (all.length > mostSnapshots) {
          throw new SnapshotRefused({ kind: 'too-many-snapshots', limit: mostSnapshots });
        }
        const images = await client.query<ImageNow & Record<string, unknown>>(holdData, of(projectId));
        await client.query(take, [...of(projectId), snapshot.id]);
        await this.files.keep(
          snapshot.id,
          images.map(({ id }) => id),
        );
      });
    } catch (error) {
      await this.files.drop(snapshot.id);
      throw error;
    }
    return snapshot;
  }

  async list(projectId: string | null): Promise<readonly Snapshot[]> {
    type Row = Record<string, unknown> & { readonly id: string; readonly created_at: string };
    const rows = await this.database.query<Row>(statements.listSnapshots, [projectId ?? '']);
    return rows.map(({ id, created_at: createdAt }) => ({ id, createdAt }));
  }

  async restore(projectId: string | null, id: string): Promise<void> {
    const attempt = (): Promise<void> => this.replace(projectId, id);
    try {
      // An image that was just made may have the id of one that comes back: the second time it is there to go.
      await attempt().catch((error: unknown) => {
        if (isUniqueViolation(error)) return attempt();
        throw error;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new SnapshotRefused({ kind: 'snapshot-image-taken', id });
      throw error;
    }
  }

  /** Removes images with all that belongs to them; snapshots stay. */
  async empty(projectId: string): Promise<void> {
    await this.replace(projectId, null);
  }

  /** Removes the project's images, its snapshots, and its part of the snapshots of everything. */
  async forget(projectId: string): Promise<void> {
    await this.empty(projectId);
    for (const { id } of await this.list(projectId)) await this.remove(projectId, id);
    await this.database.query(statements.removeRowsOfProject, [projectId]);
  }

  async remove(projectId: string | null, id: string): Promise<void> {
    await this.database.transaction(async (client) => {
      const gone = await client.query(statements.removeSnapshot, [projectId ?? '', id]);
      if (gone.length === 0) throw new SnapshotRefused({ kind: 'snapshot-missing', id });
      await client.query(statements.removeSnapshotRows, [id]);
    });
    await this.files.drop(id);
  }

  /** @param id null: by nothing */
  private async replace(projectId: string | null, id: string | null): Promise<void> {
    const citus = await isCitus(this.database);
    const gone = await this.database.transaction(async (client) => {
      if (id !== null) await hold(client, projectId, id);
      const tables = await tablesOf(client);
      const texts = statements.snapshotStatements(projectId === null, tables, citus);
      for (const statement of texts.lock) await client.query(statement, of(projectId));
      const before = await client.query<ImageNow & Record<string, unknown>>(
        texts.imagesWithData,
        of(projectId),
      );
      if (projectId === null) await client.query(texts.emptyAll, []);
      else if (id === null) await emptyProject(client, projectId, tables, texts);
      const after = id === null ? [] : await this.putBack(client, projectId, id, tables, texts);
      const kept = new Set(after);
      return before.map((image) => image.id).filter((one) => !kept.has(one));
    });
    await this.files.removeData(gone);
  }

  /** @returns the images that have data */
  private async putBack(
    client: Queryable,
    projectId: string | null,
    id: string,
    tables: readonly BackupTable[],
    texts: statements.SnapshotStatements,
  ): Promise<string[]> {
    const values = [...of(projectId), id];
    const held = await client.query<Held>(texts.held, values);
    const missing =
      projectId === null
        ? new Map<string, number[]>()
        : await removeOthers(client, [projectId, id], held, tables, texts);
    const insert = async (some: readonly BackupTable[]): Promise<void> => {
      for (const table of some)
        await insertMissing(client, table, held, missing.get(table.name), values, texts);
    };
    const ofImages = tables.filter(isOfImages);
    // Without them, this transaction writes all images, so that none can go before what refers to it comes.
    if (missing.has('images')) await insert(ofImages);
    else await withoutForeignKeys(client, () => insert(ofImages));
    await insert(tables.filter((table) => !isOfImages(table)));
    await client.query(texts.endUploads, of(projectId));
    const images = await client.query<ImageNow & Record<string, unknown>>(
      texts.imagesWithData,
      of(projectId),
    );
    const filled = images.filter(({ size }) => size !== null).map((image) => image.id);
    await this.files.putBack(id, filled);
    return filled;
  }
}

/** @param numbers of the rows; undefined: all of them */
async function insertMissing(
  client: Queryable,
  table: BackupTable,
  held: readonly Held[],
  numbers: readonly number[] | undefined,
  values: readonly string[],
  texts: statements.SnapshotStatements,
): Promise<void> {
  const columns = held.find(({ table_name }) => table_name === table.name)?.columns;
  // Columns that a later version has made have their defaults.
  const still = columns?.filter((column) => table.columns.includes(column));
  if (!still || numbers?.length === 0) return;
  const statement = texts.putBack(table, still, numbers ? '$3' : null);
  await client.query(statement, numbers ? [...values, numbers] : values);
}

/** A table that the snapshot has rows of. */
type Held = Record<string, unknown> & { readonly table_name: string; readonly columns: readonly string[] };

/**
 * Parents first: with an image that goes, its tags go, and are then missing.
 * @param values project, snapshot
 * @returns which rows are missing, by the table's name; all of those of tables that are not in it
 */
async function removeOthers(
  client: Queryable,
  values: readonly [string, string],
  held: readonly Held[],
  tables: readonly BackupTable[],
  texts: statements.SnapshotStatements,
): Promise<Map<string, number[]>> {
  const missing = new Map<string, number[]>();
  const [project] = values;
  for (const statement of texts.beginAnew) await client.query(statement, [project]);
  const filled = await client.query<{ name: string }>(texts.filled, [project]);
  for (const table of tables.filter((one) => filled.some(({ name }) => name === one.name))) {
    const columns = held.find(({ table_name }) => table_name === table.name)?.columns;
    if (columns && texts.isCompared(table, columns)) {
      const rows = await client.query<{ number: number }>(texts.removeOthers(table), values);
      missing.set(
        table.name,
        rows.map(({ number }) => number),
      );
    } else await client.query(texts.emptyTable(table), [project]);
  }
  return missing;
}

function of(projectId: string | null): string[] {
  return projectId === null ? [] : [projectId];
}

function tablesOf(client: Queryable): Promise<BackupTable[]> {
  const query = <Row extends Record<string, unknown>>(text: string): Promise<Row[]> =>
    client.query<Row>({ text } satisfies Statement, []);
  return readTables({ query }, { project: 'any', identity: false });
}

async function hold(client: Queryable, projectId: string | null, id: string): Promise<void> {
  const found = await client.query(statements.lockSnapshot, [projectId ?? '', id]);
  if (found.length === 0) throw new SnapshotRefused({ kind: 'snapshot-missing', id });
}
