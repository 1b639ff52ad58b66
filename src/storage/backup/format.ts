/**
 * An export is text, one JSON document a line. `header`, then batches: rows of one table, one a line, closed by a
 * `check` with the SHA-256 of every row line so far. `end` has the sum of all of them and counts the rows. A
 * reader stores no batch before its check fits, so a damaged or truncated file does no harm.
 *
 *     {"tagway":"export","format":1,...}
 *     {"images":{"project_id":"…","id":"…",...}}
 *     {"check":"9f86d0…"}
 *     {"end":{"rows":{"images":1},"sha256":"9f86d0…"}}
 */
export const backupFormatVersion = 1;

/** A batch is closed by its check before it has more than this; an import keeps one in memory. */
export const batchLimit = { rows: 2_000, characters: 64 * 2 ** 20 };

/** Tables by name, with columns in the order of the rows' members. */
export type TableColumns = Readonly<Record<string, readonly string[]>>;

export interface BackupHeader {
  readonly format: number;
  /** The last migration of the database that was exported. */
  readonly schema: string;
  /** When the snapshot was taken. The one thing in which two exports of the same data differ. */
  readonly taken: string;
  /** null: everything */
  readonly project: string | null;
  readonly tables: TableColumns;
  /** How many of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface BackupEnd {
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/** A fault that the operator can fix. The message says in a sentence or two what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The same about one line of a file, counted from 1. */
export function backupLineFault(line: number, what: string, cause?: unknown): BackupError {
  return new BackupError(`line ${String(line)}: ${what}`, { cause });
}

export function backupHeaderLine(header: BackupHeader): string {
  return JSON.stringify({ tagway: 'export', ...header });
}

export function checkLine(sha256: string): string {
  return JSON.stringify({ check: sha256 });
}

export function endLine(end: BackupEnd): string {
  return JSON.stringify({ end });
}

/**
 * @param knownSchemas the migrations of this Tagway
 * @throws BackupError when this is no export, or one of a newer Tagway
 */
export function readBackupHeader(text: string, knownSchemas: readonly string[]): BackupHeader {
  const found = parsed(text) as (Partial<BackupHeader> & { tagway?: unknown }) | undefined;
  if (found?.tagway !== 'export' || typeof found.format !== 'number') {
    throw backupLineFault(
      1,
      'this is no export of Tagway: its first line must be {"tagway":"export",…} (unpack a packed file first)',
    );
  }
  const update = 'import it with that version, or update this one';
  if (found.format > backupFormatVersion) {
    const [theirs, ours] = [String(found.format), String(backupFormatVersion)];
    throw backupLineFault(
      1,
      `a newer Tagway wrote this export: its format is ${theirs}, and this one reads up to ${ours}; ${update}`,
    );
  }
  if (!isHeader(found)) throw backupLineFault(1, 'the header is damaged: get an undamaged copy of the file');
  if (!knownSchemas.includes(found.schema)) {
    throw backupLineFault(
      1,
      `a newer Tagway wrote this export: the schema ${found.schema} is not known here; ${update}`,
    );
  }
  return found;
}

function isHeader(found: Partial<BackupHeader>): found is BackupHeader {
  const { schema, taken, project, tables, rows } = found;
  return (
    typeof schema === 'string' &&
    typeof taken === 'string' &&
    (project === null || typeof project === 'string') &&
    isRecord(tables) &&
    Object.values(tables).every((columns) => Array.isArray(columns)) &&
    isRecord(rows)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What a line is. A row keeps its text: numbers may be larger than JavaScript's. */
export type BackupLine =
  | { readonly kind: 'row'; readonly table: string; readonly text: string }
  | { readonly kind: 'check'; readonly sha256: string }
  | { readonly kind: 'end'; readonly end: BackupEnd };

/** @throws BackupError for any other line, and for rows of tables that the header does not name */
export function readBackupLine(text: string, number: number, tables: TableColumns): BackupLine {
  const document = parsed(text);
  const [name, ...others] = isRecord(document) ? Object.keys(document) : [];
  if (name === undefined || others.length > 0 || !isRecord(document)) {
    throw backupLineFault(
      number,
      'this is not one JSON object with one member: get an undamaged copy of the file',
    );
  }
  const content = document[name];
  if (name === 'check' && typeof content === 'string') return { kind: 'check', sha256: content };
  if (name === 'end' && isRecord(content) && isRecord(content['rows'])) {
    return { kind: 'end', end: content as unknown as BackupEnd };
  }
  const columns = tables[name];
  if (!columns)
    throw backupLineFault(number, `the header names no table "${name}": get an undamaged copy of the file`);
  const members = isRecord(content) ? Object.keys(content) : [];
  if (members.join() !== columns.join()) {
    throw backupLineFault(
      number,
      `a row of ${name} has the members ${columns.join(', ')}, and this one has ${members.join(', ') || 'none'}: ` +
        'get an undamaged copy of the file',
    );
  }
  const opening = `{"${name}":`;
  if (!text.startsWith(opening))
    throw backupLineFault(number, 'no blanks are expected around the table: do not reformat the file');
  return { kind: 'row', table: name, text: text.slice(opening.length, -1) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
