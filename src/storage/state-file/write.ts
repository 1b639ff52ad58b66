import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type RewriteRow, exportRows, type BackupSession } from '../backup';
import { readSchemaVersion, readTables, rowsInScopeClause } from '../backup/tables';
import { dataFilePath } from '../images/image-data-store';
import { snapshotFolder } from '../snapshots/snapshot-files';
import {
  dataBytesPerLine,
  excludedTables,
  stateFormatVersion,
  type StateHeader,
  stateHeaderLine,
} from './format';

export interface StateSource {
  readonly session: BackupSession;
  /** A snapshot of all projects. */
  readonly snapshot: string;
  /** The folder of image data. */
  readonly imageData: string;
  /** Seals with the file's key. */
  readonly reseal: RewriteRow;
}

interface StoredData {
  readonly imageId: string;
  readonly path: string;
  readonly size: number;
}

/** The lines of a state file: images and what belongs to them from the snapshot, all else as it is now. */
export async function* stateFileLines(
  source: StateSource,
  about: Pick<StateHeader, 'key' | 'known'>,
): AsyncGenerator<Buffer> {
  const { session, snapshot, reseal } = source;
  const whole = createHash('sha256');
  const schema = await readSchemaVersion(session);
  yield counted(Buffer.from(stateHeaderLine({ format: stateFormatVersion, schema, ...about })), whole);
  const scope = { project: null, identity: true, without: excludedTables, snapshot };
  for await (const lines of exportRows(session, scope, () => undefined, reseal)) yield counted(lines, whole);
  for (const data of await storedData(source)) {
    for await (const line of dataLines(data)) yield counted(line, whole);
  }
  yield Buffer.from(`${JSON.stringify({ whole: whole.digest('hex') })}\n`);
}

/** Bytes of a state file, about: rows of users and the like are not counted. */
export async function estimateStateFileBytes(source: StateSource): Promise<number> {
  const [rows] = await source.session.query<{ bytes: string }>(
    'select coalesce(sum(octet_length(s.rows::text)), 0)::text as bytes from project_snapshot_rows s where s.snapshot_id = $1',
    [source.snapshot],
  );
  const data = await storedData(source);
  return data.reduce((sum, { size }) => sum + Math.ceil(size * 1.34), Number(rows?.bytes));
}

function counted(lines: Buffer, whole: Hash): Buffer {
  whole.update(lines);
  return lines;
}

/** Of every image whose data are all there. */
async function storedData({ session, snapshot, imageData }: StateSource): Promise<StoredData[]> {
  const tables = await readTables(session, { project: null, identity: false });
  const images = tables.filter(({ name }) => name === 'images');
  const found: StoredData[] = [];
  for (const table of images) {
    const { from, values } = rowsInScopeClause({ project: null, identity: false, snapshot }, table);
    const rows = await session.query<{ id: string; size: string }>(
      `select t.id, t.size::text as size ${from} where t.size is not null order by t.project_id, t.id`,
      values,
    );
    for (const row of rows) {
      const path = dataFilePath(join(imageData, snapshotFolder, snapshot), row.id);
      const size = await stat(path).then(
        (file) => file.size,
        () => undefined,
      );
      if (size === Number(row.size)) found.push({ imageId: row.id, path, size });
    }
  }
  return found;
}

async function* dataLines({ imageId, path, size }: StoredData): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ data: { image: imageId, size } })}\n`);
  for await (const piece of createReadStream(path, { highWaterMark: dataBytesPerLine }))
    yield Buffer.from(`${JSON.stringify({ bytes: (piece as Buffer).toString('base64') })}\n`);
}
