import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import { SealingKeys } from '../identity/sealing';
import { hasDatabase } from '../postgres/index';
import { type PlaintextCredentials, plaintextCredentialsFromState } from '../seed/plaintext-credentials';
import { type StateFolder, stateFilePath } from '../settings/state-folder';
import { StartError } from '../settings/start-error';
import { BackupError, withSession } from '../storage/backup';
import { type ConnectionSettings, Database } from '../storage/database/database';
import { PostgresIdentityStore } from '../storage/identity/store';
import { migrate } from '../storage/migrator';
import { migrationNames } from '../storage/migrations';
import * as files from '../storage/state-file';

/** A state file that was checked, and is to be put into a database. */
export interface CheckedStateFile {
  readonly known: PlaintextCredentials;
  /** To be called before a gateway starts on the database. */
  readonly open: (connection: ConnectionSettings) => Promise<void>;
}

/**
 * Checks a state file for a folder without a database. Where the folder began with it before, it goes on.
 * @returns null: there is nothing to do
 * @throws StateFileError, StartError
 */
export async function checkInitialStateFile(
  file: string,
  folder: StateFolder,
  masterKey: string | null,
): Promise<CheckedStateFile | null> {
  if (!hasDatabase(folder.path)) return checkStateFileForNewDatabase(file, folder, masterKey);
  requireSame(file, folder.path);
  return null;
}

/** The same for a database that was just made. @throws StateFileError */
export async function checkStateFileForNewDatabase(
  file: string,
  folder: StateFolder,
  masterKey: string | null,
): Promise<CheckedStateFile> {
  const copy = `${folder.stateFile}.new`;
  const header = await files.checkAndCopyStateFile(file, copy, migrationNames);
  return {
    known: plaintextCredentialsFromState(header.known),
    open: async (connection) => {
      await put(file, copy, connection, folder, header.key, masterKey);
      renameSync(copy, folder.stateFile);
    },
  };
}

/** Whether a start with this file would succeed, as far as can be seen without one. @throws StateFileError, StartError */
export async function requireUsableStateFile(file: string, stateDir: string): Promise<void> {
  if (hasDatabase(stateDir)) requireSame(file, stateDir);
  else await files.checkStateFile(file, migrationNames);
}

/** Credentials that a state file carries. */
export async function readKnownCredentials(file: string): Promise<PlaintextCredentials> {
  return plaintextCredentialsFromState((await files.readStateHeader(file, migrationNames)).known);
}

/** Secrets of a file are sealed with its own key, which all who have the file know. */
export async function resealStateSecrets(
  database: Database,
  fileKey: string,
  masterKey: Buffer,
): Promise<void> {
  const keys = new SealingKeys(masterKey, [Buffer.from(fileKey, 'hex')]);
  await new PostgresIdentityStore(database).resealSecrets(keys.currentId, (secret, context) =>
    keys.reseal(secret, context),
  );
}

async function put(
  file: string,
  copy: string,
  connection: ConnectionSettings,
  folder: StateFolder,
  fileKey: string,
  masterKey: string | null,
): Promise<void> {
  await migrate(connection);
  const parts = files.readCheckedStateFile(copy, migrationNames);
  try {
    await withSession(connection, (session) => files.replaceState(session, parts, folder.imageData));
  } catch (error) {
    throw error instanceof BackupError ? new files.StateFileError(file, error.message, error) : error;
  }
  const database = new Database(connection, 1, () => undefined);
  try {
    await resealStateSecrets(database, fileKey, folder.masterKey(masterKey));
  } finally {
    await database.close();
  }
  // A file of an older build lacks what later migrations add.
  await migrate(connection);
}

function requireSame(file: string, stateDir: string): void {
  const copy = stateFilePath(stateDir);
  if (!existsSync(copy)) {
    throw new StartError(
      `${stateDir} holds a database already, which did not begin with a state file: name an empty folder ` +
        '(TAGWAY_STATE_DIR), or start without --state',
    );
  }
  if (existsSync(file) && endOf(file) === endOf(copy)) return;
  throw new StartError(
    `${stateDir} began with another state file than ${file}: name an empty folder (TAGWAY_STATE_DIR), or start ` +
      'without --state to go on with what it holds',
  );
}

/** The last line of a state file is the sum of all before. */
function endOf(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const buffer = Buffer.alloc(80);
    const length = readSync(handle, buffer, 0, buffer.length, Math.max(0, size - buffer.length));
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(handle);
  }
}
