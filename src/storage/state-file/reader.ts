import { createHash, type Hash } from 'node:crypto';
import { ImportBatch } from '../backup/batch';
import {
  BackupError,
  type BackupEnd,
  type BackupHeader,
  readBackupHeader,
  readBackupLine,
} from '../backup/format';
import { splitBackupLines } from '../backup/lines';
import { type StateHeader, stateFormatVersion } from './format';

/** What a state file holds, piece by piece. */
export type StatePart =
  | { readonly kind: 'header'; readonly header: StateHeader }
  | { readonly kind: 'tables'; readonly header: BackupHeader }
  | { readonly kind: 'rows'; readonly batch: ImportBatch }
  | { readonly kind: 'data'; readonly imageId: string; readonly size: number }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

const damaged = 'get an undamaged copy of the file';

/**
 * Reads a state file and checks all of it on the way. What was read before a fault is not to be trusted.
 * @param knownSchemas the migrations of this Tagway
 * @throws BackupError with the number of the line
 */
export async function* readStateParts(
  source: AsyncIterable<Buffer>,
  knownSchemas: readonly string[],
): AsyncGenerator<StatePart> {
  const reader = new StateReader(knownSchemas);
  for await (const lines of splitBackupLines(source)) {
    for (const line of lines) {
      const part = reader.take(line);
      if (part) yield part;
    }
  }
  reader.finish();
}

class StateReader {
  private line = 0;
  private readonly whole = createHash('sha256');
  private rowsSum: Hash = createHash('sha256');
  private header: StateHeader | undefined;
  private tables: BackupHeader | undefined;
  private batch: ImportBatch | undefined;
  private readonly counts: Record<string, number> = {};
  private isPastRows = false;
  /** Bytes of the image's data that are still to come. */
  private missing = 0;
  private isFinished = false;

  constructor(private readonly knownSchemas: readonly string[]) {}

  take(text: string): StatePart | undefined {
    this.line++;
    if (this.isFinished) throw this.fault(`there is more after the end: ${damaged}`);
    const part = this.read(text);
    this.whole.update(text).update('\n');
    return part;
  }

  finish(): void {
    if (this.line === 0) throw new BackupError('it is empty: make it anew (docs/state-files.md)');
    if (!this.isFinished)
      throw new BackupError(`it is cut off after line ${String(this.line)}: get the whole file`);
  }

  private read(text: string): StatePart | undefined {
    if (!this.header)
      return { kind: 'header', header: (this.header = readStateHeader(text, this.knownSchemas)) };
    if (!this.tables) {
      const isHeader = (parsed(text) as Readonly<Record<string, unknown>>)['tagway'] === 'export';
      if (!isHeader) throw this.fault(`the list of tables is damaged: ${damaged}`);
      return { kind: 'tables', header: (this.tables = readBackupHeader(text, this.knownSchemas)) };
    }
    return this.isPastRows ? this.readData(text) : this.readRow(text, this.tables);
  }

  private readRow(text: string, { tables, rows }: BackupHeader): StatePart | undefined {
    const line = readBackupLine(text, this.line, tables);
    switch (line.kind) {
      case 'row': {
        const batch = (this.batch ??= new ImportBatch(line.table, this.line));
        if (batch.table !== line.table) throw this.fault(`a check line is missing before it: ${damaged}`);
        batch.add(line.text, text);
        return undefined;
      }
      case 'check':
        return this.closed(line.sha256);
      case 'end':
        this.requireAll(line.end, rows);
        this.isPastRows = true;
        return undefined;
    }
  }

  private closed(sha256: string): StatePart {
    const { batch } = this;
    if (!batch) throw this.fault(`a check line without rows: ${damaged}`);
    this.batch = undefined;
    const sum = this.rowsSum.update(batch.text()).copy().digest('hex');
    if (sum !== sha256) throw this.fault(`the sum of the rows before it does not fit: ${damaged}`);
    this.counts[batch.table] = (this.counts[batch.table] ?? 0) + batch.size;
    return { kind: 'rows', batch };
  }

  private requireAll(end: BackupEnd, announced: BackupHeader['rows']): void {
    const isWhole =
      !this.batch &&
      end.sha256 === this.rowsSum.digest('hex') &&
      Object.entries(announced).every(([table, count]) => (this.counts[table] ?? 0) === count);
    if (!isWhole) throw this.fault(`the end does not fit the rows before it: ${damaged}`);
  }

  private readData(text: string): StatePart | undefined {
    const { data, bytes, whole } = parsed(text) as {
      data?: { image?: unknown; size?: unknown } | null;
      bytes?: unknown;
      whole?: unknown;
    };
    if (typeof bytes === 'string') return this.piece(Buffer.from(bytes, 'base64'));
    if (this.missing > 0) throw this.fault(`image data end too early: ${damaged}`);
    if (typeof whole === 'string') {
      this.close(whole);
      return undefined;
    }
    const { image, size } = data ?? {};
    if (typeof image !== 'string' || image === '' || !Number.isSafeInteger(size) || Number(size) < 0)
      throw this.fault(`this is no line of a state file: ${damaged}`);
    this.missing = Number(size);
    return { kind: 'data', imageId: image, size: this.missing };
  }

  private piece(bytes: Buffer): StatePart {
    if (bytes.length === 0 || bytes.length > this.missing)
      throw this.fault(`image data of another length than announced: ${damaged}`);
    this.missing -= bytes.length;
    return { kind: 'bytes', bytes };
  }

  private close(sum: string): void {
    if (this.whole.copy().digest('hex') !== sum)
      throw this.fault(`the checksum of the file does not fit: ${damaged}`);
    this.isFinished = true;
  }

  private fault(what: string): BackupError {
    return new BackupError(`line ${String(this.line)}: ${what}`);
  }
}

/** @throws BackupError when this is no state file, or one of a newer Tagway */
function readStateHeader(text: string, knownSchemas: readonly string[]): StateHeader {
  const { tagway, format, schema, key, known } = parsed(text) as Readonly<Record<string, unknown>>;
  if (tagway === 'export') throw new BackupError('it is an export: "tagway import" takes it');
  if (tagway !== 'state' || typeof format !== 'number') {
    throw new BackupError('it is no state file: its first line must be {"tagway":"state",…}');
  }
  const update = 'update this Tagway, or use the version that wrote the file';
  if (format > stateFormatVersion) {
    const [theirs, ours] = [String(format), String(stateFormatVersion)];
    throw new BackupError(
      `a newer Tagway wrote it: its format is ${theirs}, and this one reads up to ${ours}; ${update}`,
    );
  }
  if (typeof schema !== 'string' || !isKey(key) || !isRecord(known))
    throw new BackupError(`line 1: the header is damaged: ${damaged}`);
  if (!knownSchemas.includes(schema))
    throw new BackupError(`a newer Tagway wrote it: the schema ${schema} is not known here; ${update}`);
  return { format, schema, key, known };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function parsed(text: string): object {
  try {
    const found: unknown = JSON.parse(text);
    return isRecord(found) ? found : {};
  } catch {
    return {};
  }
}
