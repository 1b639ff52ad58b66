import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImportBatch } from '../backup/batch';
import { BackupError, type BackupHeader, type TableColumns } from '../backup/format';
import type { BackupSession } from '../backup/session';
import { type BackupTable, isProjectTable, prefilledTables, quoteNames, readTables } from '../backup/tables';
import { dataFilePath } from '../images/image-data-store';
import { snapshotFolder } from '../snapshots/snapshot-files';
import { endUploadsText } from '../snapshots/statements';
import { excludedTables } from './format';
import type { StatePart } from './reader';

/** Data of images that are not in their place yet. */
const asideFolder = 'opened';

/** From this many rows on, `analyze` pays for itself. */
const many = 1_000;

/**
 * Puts what a state file holds in the place of what there is, as one step. Keys that sign tokens stay, and so do
 * snapshots. @param imageData the folder of a DirectoryDataStore
 */
export async function replaceState(
  session: BackupSession,
  parts: AsyncIterable<StatePart>,
  imageData: string,
): Promise<void> {
  const data = new IncomingData(imageData, () => true);
  const rows = new IncomingRows(session);
  await data.while(() =>
    session.transaction(async () => {
      for await (const part of parts) {
        if (part.kind === 'tables') await rows.begin(part.header);
        else if (part.kind === 'rows') await rows.take(part.batch);
        else await data.take(part);
      }
      await session.query(endUploadsText(true));
      await rows.analyze();
    }),
  );
  await data.replaceAll();
}

/** The same for the images of a project, which has none. */
export async function putProjectState(
  session: BackupSession,
  parts: AsyncIterable<StatePart>,
  imageData: string,
  projectId: string,
): Promise<void> {
  const own = new Set<string>();
  const data = new IncomingData(imageData, (imageId) => own.has(imageId));
  let tables: TableColumns = {};
  await data.while(() =>
    session.transaction(async () => {
      const present = (await readTables(session, wholeScope)).filter(isProjectTable).map(({ name }) => name);
      for await (const part of parts) {
        if (part.kind === 'tables') ({ tables } = part.header);
        else if (part.kind === 'rows') {
          if (!present.includes(part.batch.table)) continue;
          const rows = part.batch.ofProject(projectId);
          if (part.batch.table === 'images')
            rows.forEach((row) => own.add((JSON.parse(row) as { id: string }).id));
          await part.batch.store(session, tables, rows);
        } else await data.take(part);
      }
      await session.query(endUploadsText(false), [projectId]);
    }),
  );
  await data.addAll([...own]);
}

const wholeScope = { project: null, identity: true, without: excludedTables };

class IncomingRows {
  private tables: TableColumns = {};
  private count = 0;

  constructor(private readonly session: BackupSession) {}

  /** Empties the tables. @throws BackupError when the file has rows for others than Tagway's */
  async begin(header: BackupHeader): Promise<void> {
    this.tables = header.tables;
    const present = await readTables(this.session, wholeScope);
    requireKnown(header.tables, present);
    // A table that migrations fill is as they made it, where the file is older than the table.
    const emptied = present
      .map(({ name }) => name)
      .filter((name) => name in this.tables || !prefilledTables.includes(name));
    await this.session.query(`truncate ${quoteNames([...emptied, 'tag_feeds'])}`);
  }

  async take(batch: ImportBatch): Promise<void> {
    this.count += batch.size;
    await batch.store(this.session, this.tables);
  }

  async analyze(): Promise<void> {
    if (this.count >= many) await this.session.query(`analyze ${quoteNames(Object.keys(this.tables))}`);
  }
}

function requireKnown(tables: TableColumns, present: readonly BackupTable[]): void {
  for (const [name, columns] of Object.entries(tables)) {
    const table = present.find((one) => one.name === name);
    const strange = columns.find((column) => !table?.columns.includes(column));
    if (!table || strange !== undefined) {
      throw new BackupError(
        `it has rows of ${name}${table ? ` with ${String(strange)}` : ''}, which this Tagway does not know`,
      );
    }
  }
}

/** Writes image data aside until the rows are stored. */
class IncomingData {
  private readonly aside: string;
  private file: FileHandle | undefined;
  private missing = 0;

  constructor(
    private readonly folder: string,
    private readonly isWanted: (imageId: string) => boolean,
  ) {
    this.aside = join(folder, asideFolder);
  }

  /** Takes data while this goes on; nothing is left of them when it fails. */
  async while(work: () => Promise<void>): Promise<void> {
    await this.clear();
    try {
      await work();
    } catch (error) {
      await this.close();
      await this.clear();
      throw error;
    }
  }

  async take(part: StatePart): Promise<void> {
    if (part.kind === 'data') await this.next(part.imageId, part.size);
    if (part.kind !== 'bytes' || !this.file) return;
    await this.file.appendFile(part.bytes);
    this.missing -= part.bytes.length;
    if (this.missing === 0) await this.close();
  }

  async replaceAll(): Promise<void> {
    const kept = ['incoming', snapshotFolder, asideFolder];
    const before = (await readdir(this.folder).catch(() => [])).filter((name) => !kept.includes(name));
    for (const name of before) await rm(join(this.folder, name), { recursive: true, force: true });
    for (const name of await readdir(this.aside).catch(() => []))
      await rename(join(this.aside, name), join(this.folder, name));
    await this.clear();
  }

  async addAll(imageIds: readonly string[]): Promise<void> {
    for (const id of imageIds) {
      const place = dataFilePath(this.folder, id);
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      await rename(dataFilePath(this.aside, id), place).catch(() => undefined);
    }
    await this.clear();
  }

  private async next(imageId: string, size: number): Promise<void> {
    if (!this.isWanted(imageId)) return;
    const place = dataFilePath(this.aside, imageId);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    this.file = await open(place, 'wx', 0o600);
    this.missing = size;
    if (size === 0) await this.close();
  }

  private async clear(): Promise<void> {
    await rm(this.aside, { recursive: true, force: true });
  }

  private async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }
}
