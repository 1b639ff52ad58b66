import { rmSync } from 'node:fs';
import { chooseAccount } from './account';
import { packagedNative, prepareBinaries } from './binaries';
import { databaseUser, megabytes, prepareCluster, readPassword } from './cluster';
import { abandonedSocketDir, waitForRelease } from './data-lock';
import type { Log } from './log';
import type { Connection } from './postgres-process';
import {
  chooseStateDir,
  freeBytes,
  makeSocketDir,
  prepareStateFolder,
  removeSocketDir,
  stateFolder,
  sweepUnfinished,
} from './state-folder';
import { Supervisor } from './supervisor';

export { findRunning, hasDatabase } from './attach';
export { checkEmbedded } from './check';
export { EmbeddedError } from './errors';
export type { Log } from './log';
export { chooseStateDir } from './state-folder';

export interface EmbeddedPostgres {
  /** for pg: host is the socket directory */
  readonly connection: Connection;
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
  /** server settings, placed before its own */
  readonly settings?: Readonly<Record<string, string>>;
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
  const native = options.native ?? packagedNative();
  const folder = stateFolder(chooseStateDir(options.stateDir));
  const account = await chooseAccount(folder.data);
  await prepareStateFolder(folder, account);
  // Before changing anything that a running gateway uses.
  await waitForRelease(folder, until, log);
  sweepUnfinished(folder);
  const binaries = await prepareBinaries(folder, account, native, options.cacheDir ?? null, log);
  const isNew = await prepareCluster(folder, account, binaries, options.initdb);
  const free = freeBytes(folder.data);
  const room = { freeMegabytes: megabytes(free) };
  if (free < littleRoom) log.warn('There is little room for the embedded Postgres', room);

  const abandoned = abandonedSocketDir(folder.data);
  const password = readPassword(folder);
  const host = await makeSocketDir(account);
  const connection = { host, port: 5432, user: databaseUser, password, database: 'postgres' };
  const { maxConnections = 60, settings = {} } = options;
  const launch = { folder, account, binaries, connection, maxConnections, settings };
  try {
    const postgres = await Supervisor.start(launch, until, log);
    if (abandoned !== null) removeSocketDir(abandoned, account);
    const { version } = binaries;
    const milliseconds = Date.now() - begun;
    log.info('The embedded Postgres is ready', {
      version,
      stateDir: folder.state,
      isNew,
      milliseconds,
      ...room,
    });
    return postgres;
  } catch (error) {
    rmSync(host, { recursive: true, force: true });
    throw error;
  }
}
