import { SystemClock } from '../core/clock';
import { type Config, databaseSessionKind } from '../settings/config';
import type { AccessKeys } from '../identity/embedded/access-keys';
import { ignoreObservation } from '../core/observe';
import { EmbeddedIdentity } from '../identity/embedded/embedded-identity';
import type { Project, User } from '../identity/ports';
import { chooseIdentity, type ChosenIdentity, requireEmbeddedIdentity } from '../composition/identity-choice';
import { createLog } from '../logging/log';
import { StateFolder } from '../settings/state-folder';
import { requireNoUnfinishedImport } from '../storage/backup';
import { type ConnectionSettings, Database } from '../storage/database/database';
import { chooseStateDir, findRunningServer, hasDatabase, startEmbeddedPostgres } from '../postgres/index';
import { PostgresImageCounter } from '../storage/images/image-counter';
import { PostgresIdentityStore } from '../storage/identity/store';
import { migrate } from '../storage/migrator';

/** Context of a command. */
export interface CommandContext {
  /** Users, projects and roles. @throws Error if another service manages them */
  readonly identity: EmbeddedIdentity;
  /** @throws Error if these settings allow none */
  readonly keys: AccessKeyAdmin;
  /** Reseals every secret, wherever users are managed. */
  readonly reencrypt: EmbeddedIdentity['reencrypt'];
  readonly ownsImages: (projectId: string) => Promise<boolean>;
  readonly folder: StateFolder;
  /** A gateway runs on this state folder now. */
  readonly beside: boolean;
  readonly print: (text: string) => void;
}

/** Manages access keys of users stored here or in Keystone. */
export interface AccessKeyAdmin {
  readonly accessKeys: AccessKeys;
  /** By name or id. @throws IdentityRefused if it does not exist */
  readonly people: {
    requireUser(nameOrId: string): Promise<User>;
    requireProject(nameOrId: string): Promise<Project>;
  };
}

/** Location of a gateway's data: its database and its state folder. */
export interface DataLocation {
  readonly connection: ConnectionSettings;
  readonly stateDir: string;
  /** A gateway runs on this state folder now. */
  readonly beside: boolean;
}

/**
 * Connects to the database of these settings, starting the embedded one unless it runs, and does the work.
 * @param which `made` refuses a state folder without a database, `any` creates one
 */
export async function withDatabase<Result>(
  config: Config,
  which: 'made' | 'any',
  work: (site: DataLocation) => Promise<Result>,
): Promise<Result> {
  const stateDir = chooseStateDir(config.stateDir);
  const running = config.databaseUrl ?? findRunningServer(stateDir);
  if (which === 'made' && running === null && !hasDatabase(stateDir)) {
    throw new Error(`there is no database in ${stateDir}: is TAGWAY_STATE_DIR the right one?`);
  }
  const embedded =
    running === null
      ? await startEmbeddedPostgres({ stateDir, cacheDir: config.cacheDir, log: createLog('error') })
      : undefined;
  try {
    const connection: ConnectionSettings = running ?? embedded?.connection ?? '';
    return await work({ connection, stateDir, beside: config.databaseUrl === null && running !== null });
  } finally {
    await embedded?.stop();
  }
}

/**
 * Opens the gateway's database, whether that is running or not, does the work and closes it. A running gateway
 * sees changes within its cache time.
 */
export async function withIdentity<Result>(
  config: Config,
  print: (text: string) => void,
  work: (place: CommandContext) => Promise<Result>,
): Promise<Result> {
  return withDatabase(config, 'any', async ({ connection, stateDir, beside }) => {
    await requireNoUnfinishedImport(connection, () => undefined);
    await migrate(connection, { sessions: databaseSessionKind(config) });
    const database = new Database(connection, 2, () => undefined, databaseSessionKind(config));
    try {
      const folder = new StateFolder(stateDir);
      const grounds = { clock: new SystemClock(), log: createLog('error'), observe: ignoreObservation };
      const chosen = await chooseIdentity(config, { database, folder, ...grounds });
      try {
        return await work(placeOf(config, chosen, database, { folder, beside, print }));
      } finally {
        await chosen.close();
      }
    } finally {
      await database.close();
    }
  });
}

function placeOf(
  { tokenLifetime }: Config,
  chosen: ChosenIdentity,
  database: Database,
  rest: Pick<CommandContext, 'folder' | 'beside' | 'print'>,
): CommandContext {
  return {
    ...rest,
    get identity() {
      return requireEmbeddedIdentity(chosen);
    },
    get keys() {
      return keysOf(chosen);
    },
    ownsImages: async (projectId) => (await new PostgresImageCounter(database).countOwned(projectId, 1)) > 0,
    reencrypt: (oldKeys, newKey) => {
      const settings = { masterKey: newKey, tokenLifetime };
      const store = new PostgresIdentityStore(database);
      return new EmbeddedIdentity(store, new SystemClock(), settings).reencrypt(oldKeys, newKey);
    },
  };
}

function keysOf({ embedded, keystone }: ChosenIdentity): AccessKeyAdmin {
  if (embedded) return { accessKeys: embedded.accessKeys, people: embedded.directory };
  if (keystone?.keys) return keystone.keys;
  throw new Error('access keys need users: with TAGWAY_IDENTITY=keystone set TAGWAY_KEYSTONE_USER');
}

/** Columns as wide as their widest cell, for people; the last one is not padded. */
export function formatTextTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
