import { existsSync, rmSync } from 'node:fs';
import { chooseAccount } from './account';
import { packagedBinariesFolder, prepareBinaries } from './binaries';
import { databaseUser, formatMegabytes, prepareCluster, readDatabasePassword } from './cluster';
import { abandonedSocketDir, waitForDataRelease } from './data-lock';
import type { Log } from './log';
import type { PostgresConnectionSettings } from './postgres-process';
import {
  chooseStateDir,
  freeBytes,
  makeSocketDir,
  preparePostgresFolders,
  removeSocketDir,
  type PostgresFolders,
  postgresFolders,
  removeUnfinished,
} from './state-folder';
import { PostgresSupervisor } from './supervisor';

export { findRunningServer, hasDatabase } from './running-server';
export { checkEmbeddedPostgres } from './check';
export { EmbeddedError } from './errors';
export type { Log } from './log';
export { chooseStateDir } from './state-folder';

export interface EmbeddedPostgres {
  /** for pg: host is the socket directory */
  readonly connection: PostgresConnectionSettings;
  /** false while Postgres is down and being restarted */
  isUp(): boolean;
  /** Ends all sessions, waits for a fast shutdown, removes the socket directory. Idempotent. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** null: see chooseStateDir */
  readonly stateDir: string | null;
  /** where programs are copied if they cannot run in place; see programFolders */
  readonly cacheDir?: string | null;
  readonly log: Log;
  /** the server's maximum connections, 60 unless given */
  readonly maxConnections?: number;
  /** milliseconds to wait for another process to release the data directory, 10 000 unless given */
  readonly lockTimeoutMs?: number;
  /** Postgres' programs, those of this platform's package unless given */
  readonly native?: string;
  /** The programs ran on this machine before, so they are not tried first. */
  readonly haveRun?: boolean;
  /** server settings, placed before its own */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called when its process has been started: it then becomes ready without this process' doing. */
  readonly onLaunch?: () => void;
  /** where the folder of its socket is made, if the path is short enough: the system's temporary folder unless given */
  readonly socketParent?: string;
  /** further arguments of `initdb`, for a new data directory */
  readonly initdb?: readonly string[];
}

/** bytes: the minimum of max_wal_size, and as much for data */
const littleRoom = 512 * 2 ** 20;

/**
 * Starts a Postgres owned by this process: it ends with it, however that ends, and is restarted if it dies
 * alone. The data outlive both.
 * @throws EmbeddedError
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const begun = Date.now();
  const until = begun + (options.lockTimeoutMs ?? 10_000);
  const native = options.native ?? packagedBinariesFolder();
  const folder = postgresFolders(chooseStateDir(options.stateDir));
  const account = await chooseAccount(folder.data);
  await preparePostgresFolders(folder, account);
  // Before changing anything that a running gateway uses.
  await waitForDataRelease(folder, until, log);
  removeUnfinished(folder);
  const { cacheDir = null, haveRun = false } = options;
  const binaries = await prepareBinaries(folder, account, { native, cacheDir, haveRun }, log);
  if (!existsSync(folder.data)) log.info('Making a database, once for this state folder');
  const isNew = await prepareCluster(folder, account, binaries, options.initdb);
  const room = roomOn(folder, log);
  const abandoned = abandonedSocketDir(folder.data);
  const password = readDatabasePassword(folder);
  const host = await makeSocketDir(account, options.socketParent ?? null);
  const connection = { host, port: 5432, user: databaseUser, password, database: 'postgres' };
  const { maxConnections = 60, settings = {}, onLaunch } = options;
  const launch = {
    ...{ folder, account, binaries, connection, maxConnections, settings },
    ...(onLaunch && { onLaunch }),
  };
  try {
    const postgres = await PostgresSupervisor.start(launch, until, log);
    if (abandoned !== null) removeSocketDir(abandoned, account);
    const facts = { version: binaries.version, stateDir: folder.state, isNew };
    log.info('The embedded Postgres is ready', { ...facts, milliseconds: Date.now() - begun, ...room });
    return postgres;
  } catch (error) {
    rmSync(host, { recursive: true, force: true });
    throw error;
  }
}

function roomOn({ data }: PostgresFolders, log: Log): { freeMegabytes: string } {
  const free = freeBytes(data);
  const room = { freeMegabytes: formatMegabytes(free) };
  if (free < littleRoom) log.warn('There is little room for the embedded Postgres', room);
  return room;
}
