import { randomBytes } from 'node:crypto';
import { SnapshotRefused } from '../core/snapshots';
import type { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import { SealingKeys } from '../identity/sealing';
import {
  type PlaintextCredentials,
  plaintextCredentialsFromOpenrc,
  noPlaintextCredentials,
} from '../seed/plaintext-credentials';
import { readSeedFile } from '../seed/seed-file';
import type { Config } from '../settings/config';
import type { StateFolder } from '../settings/state-folder';
import { withSession } from '../storage/backup';
import { BackupSession } from '../storage/backup/session';
import type { ConnectionSettings, Database } from '../storage/database/database';
import { isConflict, isUniqueViolation, toCoreError } from '../storage/database/errors';
import { createRowResealer } from '../storage/identity/sealed-tables';
import { migrate } from '../storage/migrator';
import { migrationNames } from '../storage/migrations';
import * as files from '../storage/state-file';
import { readKnownCredentials, resealStateSecrets } from './state-opening';

export interface StateFileDeps {
  readonly connection: ConnectionSettings;
  readonly database: Database;
  readonly folder: StateFolder;
  /** null: users are kept elsewhere */
  readonly embedded: EmbeddedIdentity | null;
  readonly known: PlaintextCredentials | undefined;
}

/** State files of a gateway that runs: to write one, and to go back to that which it began with. */
export class StateFiles {
  constructor(
    private readonly config: Config,
    private readonly deps: StateFileDeps,
  ) {}

  /**
   * @param snapshot of all projects
   * @throws SnapshotRefused before the first byte
   */
  async write(snapshot: string): Promise<AsyncIterable<Buffer>> {
    if (this.config.databaseUrl !== null) throw new SnapshotRefused({ kind: 'no-state-file' });
    const { connection, folder } = this.deps;
    const key = randomBytes(32);
    const source = { snapshot, imageData: folder.imageData, reseal: this.resealing(key) };
    const bytes = await withSession(connection, (session) =>
      files.estimateStateFileBytes({ ...source, session }),
    );
    if (bytes > files.maxStateFileBytes) {
      throw new SnapshotRefused({ kind: 'state-too-large', limit: files.maxStateFileBytes });
    }
    const about = { key: key.toString('hex'), known: { ...(await this.knownNow()) } };
    return linesOnDemand(connection, (session) => files.stateFileLines({ ...source, session }, about));
  }

  /** Back to the state file; the caller makes images of the project go before. @param projectId null: everything */
  async putBack(projectId: string | null): Promise<void> {
    const { connection, folder, embedded, database } = this.deps;
    const { stateFile: file, imageData } = folder;
    const { key } = await files.readStateHeader(file, migrationNames);
    await retryConflicts(() =>
      withSession(connection, (session) =>
        projectId === null
          ? files.replaceState(session, files.readCheckedStateFile(file, migrationNames), imageData)
          : files.putProjectState(
              session,
              files.readCheckedStateFile(file, migrationNames),
              imageData,
              projectId,
            ),
      ),
    );
    await resealStateSecrets(database, key, folder.masterKey(this.config.masterKey));
    await migrate(connection);
    embedded?.replaced();
  }

  private resealing(key: Buffer): (table: string, line: string) => string {
    const keys = new SealingKeys(key, [this.deps.folder.masterKey(this.config.masterKey)]);
    return createRowResealer((secret, context) => keys.reseal(secret, context));
  }

  /** Those that are still good, so that the next gateway announces nothing else. */
  private async knownNow(): Promise<PlaintextCredentials> {
    const { embedded } = this.deps;
    if (!embedded) return noPlaintextCredentials;
    const { projects, users, accessKeys } = await this.given();
    return {
      projects: await foundProjects(embedded, projects),
      users: await itemsWhere(users, ({ name, password }) => embedded.directory.hasPassword(name, password)),
      accessKeys: await itemsWhere(accessKeys, ({ access, secret }) =>
        embedded.accessKeys.has(access, secret),
      ),
    };
  }

  private async given(): Promise<PlaintextCredentials> {
    const { known, folder } = this.deps;
    if (known) return known;
    const { seedFile, stateFile } = this.config;
    if (seedFile !== null) return readSeedFile(seedFile);
    if (stateFile !== null) return readKnownCredentials(folder.stateFile);
    const openrc = folder.readOpenrc();
    return openrc === null ? noPlaintextCredentials : plaintextCredentialsFromOpenrc(openrc);
  }
}

async function foundProjects(
  { directory }: EmbeddedIdentity,
  projects: PlaintextCredentials['projects'],
): Promise<PlaintextCredentials['projects']> {
  const found = await Promise.all(
    projects.map(async ({ id, name }) => {
      const project = await directory.findProject(id === undefined ? { name } : { id });
      return project?.name === name ? [{ id: project.id, name }] : [];
    }),
  );
  return found.flat();
}

async function itemsWhere<Item>(
  items: readonly Item[],
  isSo: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const kept: Item[] = [];
  for (const item of items) if (await isSo(item)) kept.push(item);
  return kept;
}

/** A session is opened when the first line is asked for: an answer that never begins needs none. */
async function* linesOnDemand(
  connection: ConnectionSettings,
  lines: (session: BackupSession) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const session = await BackupSession.open(connection);
  try {
    yield* lines(session);
  } finally {
    await session.close();
  }
}

const mostAttempts = 5;

/** Retries a deadlock between a request and the transaction that empties the tables. */
async function retryConflicts(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (isConflict(error) && attempt < mostAttempts) continue;
      if (isUniqueViolation(error)) {
        throw new SnapshotRefused({ kind: 'snapshot-image-taken', id: 'state file' });
      }
      throw toCoreError(error, true);
    }
  }
}
