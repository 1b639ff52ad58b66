import { createHash } from 'node:crypto';
import { ImportBatch, isDataError } from './batch';
import { type Checkpoint, moveCheckpoint, openCheckpoint, removeCheckpoint } from './checkpoint';
import {
  BackupError,
  type BackupEnd,
  backupLineFault,
  type BackupHeader,
  readBackupHeader,
  readBackupLine,
} from './format';
import { splitBackupLines } from './lines';
import type { OnRowsExported } from './export';
import type { BackupSession } from './session';
import { quoteNames, readTables } from './tables';

export interface ImportResult {
  readonly rows: number;
  readonly project: string | null;
  /** The line of the file after which it went on. */
  readonly resumedAfter: number | null;
}

export interface ImportOptions {
  /** Resume an interrupted import, if there was one; else begin. */
  readonly resume: boolean;
  /** The migrations of this Tagway. */
  readonly knownSchemas: readonly string[];
  readonly onRows: OnRowsExported;
}

const damaged = 'get an undamaged copy of the file';

/**
 * Stores an export, batch by batch, each in a transaction with the place where it ends: so the rest can be stored
 * later, each row once. The schema must be up to date. @throws BackupError that also says what is stored by then
 */
export async function importBackup(
  session: BackupSession,
  source: AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<ImportResult> {
  const importer = new Importer(session, options);
  try {
    for await (const lines of splitBackupLines(source)) for (const line of lines) await importer.take(line);
    return await importer.finish();
  } catch (error) {
    await importer.settle();
    throw new BackupError(`${error instanceof Error ? error.message : String(error)}\n${importer.state()}`, {
      cause: error,
    });
  }
}

class Importer {
  private line = 0;
  private header: BackupHeader | undefined;
  private allRows = 0;
  private begun: Checkpoint | undefined;
  private stored: Checkpoint | undefined;
  /** Set while the rest of the way to `begun` is only read. */
  private skipping = false;
  private batch: ImportBatch | undefined;
  private end: BackupEnd | undefined;
  private readonly rows = new Map<string, number>();
  private readonly hash = createHash('sha256');
  /** The transaction in flight: the next lines are read meanwhile. */
  private flight: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: BackupSession,
    private readonly options: ImportOptions,
  ) {}

  async take(text: string): Promise<void> {
    this.line++;
    if (!this.header) return this.begin(text);
    if (this.end) throw backupLineFault(this.line, `there is more after the end: ${damaged}`);
    const line = readBackupLine(text, this.line, this.header.tables);
    if (line.kind === 'row') this.takeRow(line.table, line.text, text);
    else if (line.kind === 'check') await this.takeCheck(this.header, line.sha256);
    else this.takeEnd(line.end);
  }

  /** @throws BackupError when the file ended before its end */
  async finish(): Promise<ImportResult> {
    await this.flight;
    if (!this.header) throw new BackupError('the file is empty: it is no export of Tagway');
    if (!this.end) {
      throw new BackupError(`the file is cut off after line ${String(this.line)}: get the whole file`);
    }
    for (const table of Object.keys(this.header.tables))
      await this.session.query(`analyze ${quoteNames([table])}`);
    await removeCheckpoint(this.session);
    const resumedAfter = this.begun && this.begun.line > 1 ? this.begun.line : null;
    return { rows: this.count(), project: this.header.project, resumedAfter };
  }

  /** Waits until it is known how far it came. */
  async settle(): Promise<void> {
    await this.flight.catch(() => undefined);
  }

  /** What the operator needs to know after a fault. */
  state(): string {
    if (!this.stored) return 'Nothing was imported.';
    const upTo = `Everything up to line ${String(this.stored.line)} is in the database`;
    return `${upTo} and nothing after it; "tagway import --resume" goes on from there.`;
  }

  private async begin(text: string): Promise<void> {
    const header = readBackupHeader(text, this.options.knownSchemas);
    const there = await readTables(this.session, { project: null, identity: true });
    for (const [table, columns] of Object.entries(header.tables)) {
      const known = there.find(({ name }) => name === table)?.columns ?? [];
      const strange = columns.filter((column) => !known.includes(column));
      if (known.length > 0 && strange.length === 0) continue;
      throw backupLineFault(
        1,
        `this database has no ${known.length > 0 ? `column ${strange.join(', ')} in` : 'table'} ${table}`,
      );
    }
    this.begun = await openCheckpoint(this.session, header, this.options.resume);
    this.stored = this.begun;
    this.skipping = this.begun.line > 1;
    this.allRows = Object.values(header.rows).reduce((sum, count) => sum + count, 0);
    this.header = header;
  }

  private takeRow(table: string, row: string, line: string): void {
    this.batch ??= new ImportBatch(table, this.line);
    if (this.batch.table !== table)
      throw backupLineFault(this.line, `a check line is missing before it: ${damaged}`);
    this.batch.add(row, line);
  }

  private async takeCheck(header: BackupHeader, sha256: string): Promise<void> {
    const { batch } = this;
    if (!batch) throw backupLineFault(this.line, `a check line without rows: ${damaged}`);
    this.batch = undefined;
    const first = this.line - batch.size;
    const sum = this.hash.update(batch.text()).copy().digest('hex');
    if (sum !== sha256) {
      throw backupLineFault(
        this.line,
        `its sum does not fit: the rows from line ${String(first)} on are damaged; ${damaged}`,
      );
    }
    this.rows.set(batch.table, (this.rows.get(batch.table) ?? 0) + batch.size);
    this.options.onRows(batch.size, this.allRows);
    if (this.skipping) {
      this.skip(sha256);
      return;
    }
    await this.flight;
    this.flight = this.store(header, batch, { line: this.line, sha256 });
    // The next `await` of it throws; until then, while lines are read, a rejection would be unhandled.
    this.flight.catch(() => undefined);
  }

  private skip(sha256: string): void {
    const { line, sha256: expected } = this.begun ?? { line: 0, sha256: '' };
    if (this.line < line) return;
    if (this.line > line || sha256 !== expected) {
      throw backupLineFault(
        this.line,
        'this is not the file that the import was begun with: go on with that one',
      );
    }
    this.skipping = false;
  }

  private async store(header: BackupHeader, batch: ImportBatch, to: Checkpoint): Promise<void> {
    const from = this.stored ?? to;
    try {
      await this.session.transaction(async () => {
        await moveCheckpoint(this.session, from, to);
        await batch.store(this.session, header.tables);
      });
    } catch (error) {
      throw isDataError(error) ? await batch.culprit(this.session, header.tables, error) : error;
    }
    this.stored = to;
  }

  private takeEnd(end: BackupEnd): void {
    if (this.batch) throw backupLineFault(this.line, `a check line is missing before the end: ${damaged}`);
    if (this.skipping) {
      throw backupLineFault(
        this.line,
        'this is not the file that the import was begun with: go on with that one',
      );
    }
    const counted = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
    if (end.sha256 !== this.hash.digest('hex') || counted !== this.count() || counted !== this.allRows) {
      throw backupLineFault(
        this.line,
        `the end does not fit the rows before it: lines are missing; ${damaged}`,
      );
    }
    this.end = end;
  }

  private count(): number {
    return [...this.rows.values()].reduce((sum, count) => sum + count, 0);
  }
}
