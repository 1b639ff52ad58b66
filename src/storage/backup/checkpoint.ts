import { BackupError, type BackupHeader } from './format';
import type { BackupSession } from './session';
import { prefilledTables, importProgressTable, quoteNames, ownedByProjectCondition } from './tables';
import { findUnfinishedImport } from './unfinished';

/** How far an import came: the line of the last check whose batch is stored, and its sum. */
export interface Checkpoint {
  readonly line: number;
  readonly sha256: string;
}

/** What a new import begins with: its header is read. */
const atHeader: Checkpoint = { line: 1, sha256: '' };

const busy = 'another import into this database is under way';

/**
 * The place to go on from. A new import stores its own, which keeps others from beginning one.
 * @throws BackupError when an import was begun and this is not to be its rest, or there are data
 */
export async function openCheckpoint(
  session: BackupSession,
  header: BackupHeader,
  resume: boolean,
): Promise<Checkpoint> {
  return session.transaction(async () => {
    const found = await findUnfinishedImport(session);
    if (found && resume) return found;
    if (found) {
      throw new BackupError(
        `an import into this database was begun and is not finished (line ${String(found.line)} of its file): ` +
          'go on with --resume, or begin with an empty database',
      );
    }
    await requireEmpty(session, header);
    await clearPrefilled(session, header);
    await make(session, header);
    return atHeader;
  });
}

async function make(session: BackupSession, { project }: BackupHeader): Promise<void> {
  try {
    await session.query(
      `create table ${importProgressTable}
        (id integer primary key, line bigint not null, sha256 text not null, project text)`,
    );
  } catch (error) {
    const { code } = error as { code?: string };
    throw code === '42P07' || code === '23505' ? new BackupError(busy, { cause: error }) : error;
  }
  await session.query(
    `insert into ${importProgressTable} (id, line, sha256, project) values (1, $1, $2, $3)`,
    [atHeader.line, atHeader.sha256, project],
  );
}

/** What is imported has rows of its own there; a backup of a build before those tables leaves them as they are. */
async function clearPrefilled(session: BackupSession, { tables }: BackupHeader): Promise<void> {
  for (const table of prefilledTables.filter((name) => name in tables)) {
    await session.query(`delete from ${quoteNames([table])}`);
  }
}

async function requireEmpty(session: BackupSession, { tables, project }: BackupHeader): Promise<void> {
  const { text, values } = ownedByProjectCondition(project);
  for (const table of Object.keys(tables).filter((name) => !prefilledTables.includes(name))) {
    const [found] = await session.query<{ some: boolean }>(
      `select exists (select 1 from ${quoteNames([table])} t ${text}) as some`,
      values,
    );
    if (found?.some !== true) continue;
    throw new BackupError(
      project === null
        ? `the table ${table} is not empty: import into a new database, or with a new state folder, before a gateway ` +
            'is started on it'
        : `the table ${table} has rows of project ${project} already: delete them, or import into another database`,
    );
  }
}

/** To be called in the transaction that stores the batch. @throws BackupError when another import did so meanwhile */
export async function moveCheckpoint(
  session: BackupSession,
  from: Checkpoint,
  to: Checkpoint,
): Promise<void> {
  const moved = await session.query(
    `update ${importProgressTable} set line = $2, sha256 = $3 where id = 1 and line = $1 returning id`,
    [from.line, to.line, to.sha256],
  );
  if (moved.length === 0) throw new BackupError(busy);
}

export async function removeCheckpoint(session: BackupSession): Promise<void> {
  await session.query(`drop table ${importProgressTable}`);
}
