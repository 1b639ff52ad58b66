import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { type OsAccount, chooseAccount } from './account';
import { packagedBinariesFolder, packageVersion } from './binaries';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './index';
import type { Log } from './log';
import { packTree, unpackTree } from './packed-tree';
import type { PostgresConnectionSettings } from './postgres-process';
import { chooseStateDir, preparePostgresFolders, postgresFolders } from './state-folder';
import { type MakeClusterTemplate, prepareTemplate, templatePath } from './template';

/**
 * Settings of a server with disposable data: no syncing, little memory and few processes, so that many servers
 * fit side by side.
 */
const disposable: Readonly<Record<string, string>> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '16MB',
  wal_level: 'minimal',
  // Files of the log that are kept for later use would be in every copy.
  wal_recycle: 'off',
  wal_init_zero: 'off',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  autovacuum: 'off',
  io_method: 'sync',
  max_parallel_workers: '0',
  // Containers have a small /dev/shm, which fifty servers may share.
  dynamic_shared_memory_type: 'mmap',
};

/** The password is as long as a key and needs no stretching; each connection would do it again. */
const initdb = ['--wal-segsize=1', '--no-sync', '-c', 'scram_iterations=1'];

export interface DisposableOptions {
  /** An empty folder of its own. */
  readonly stateDir: string;
  /** Where the template is kept between starts. */
  readonly cacheDir: string;
  /** Names of the migrations: a template is valid only for these. */
  readonly contents: readonly string[];
  readonly log: Log;
  readonly maxConnections: number;
  /** Migrates a new database, for the template. */
  readonly migrate: (connection: PostgresConnectionSettings) => Promise<void>;
  /** Called when the server's process runs; see EmbeddedOptions. */
  readonly onLaunch?: () => void;
  /** Called with what takes long, for a person who waits. */
  readonly report?: (text: string) => void;
}

/**
 * A Postgres for one test run. Its data are a copy of a template, created once per machine: `initdb` and the
 * migrations take longer than the rest of a start.
 * @throws EmbeddedError
 */
export async function startDisposablePostgres(options: DisposableOptions): Promise<EmbeddedPostgres> {
  const { stateDir, cacheDir, log, maxConnections, onLaunch } = options;
  const folder = postgresFolders(chooseStateDir(stateDir));
  const template = await findTemplate(options);
  if (template !== null) {
    const account = await chooseAccount(folder.data);
    await preparePostgresFolders(folder, account);
    unpackTree(join(template, packed), folder.home, ownerOf(account));
  }
  // The template was made by them.
  const haveRun = template !== null;
  const settings = disposable;
  return startEmbeddedPostgres({
    ...{ stateDir, cacheDir, log, maxConnections, haveRun, settings },
    // It disappears with the rest, also when this process is killed before Postgres runs.
    socketParent: folder.state,
    ...(onLaunch && { onLaunch }),
  });
}

/** null: the cache is not writable, so this start goes without. */
async function findTemplate({
  cacheDir,
  contents,
  log,
  migrate,
  report,
}: DisposableOptions): Promise<string | null> {
  const version = createHash('sha256')
    .update(JSON.stringify([packageVersion(packagedBinariesFolder()), disposable, contents, packed, initdb]))
    .digest('hex')
    .slice(0, 16);
  try {
    if (!fs.existsSync(templatePath(cacheDir, version)))
      report?.(
        'the first start on this machine makes a database, which later ones copy: this takes some seconds',
      );
    return await prepareTemplate(cacheDir, version, makeTemplate(migrate, cacheDir, log), log);
  } catch (error) {
    log.warn('There is no template of a database, so each start takes longer', {
      cacheDir,
      fault: String(error),
    });
    return null;
  }
}

/** Creates an ordinary database and removes what only a permanent one needs. */
function makeTemplate(
  migrate: DisposableOptions['migrate'],
  cacheDir: string,
  log: Log,
): MakeClusterTemplate {
  return async (stateDir) => {
    const postgres = await startEmbeddedPostgres({
      stateDir,
      cacheDir,
      log,
      maxConnections: 20,
      settings: disposable,
      initdb,
    });
    try {
      await migrate(postgres.connection);
      await dropTemplates(postgres.connection);
    } finally {
      await postgres.stop();
    }
    const { home, data, passwordFile } = postgresFolders(stateDir);
    for (const left of ['postmaster.opts', 'postmaster.pid']) fs.rmSync(join(data, left), { force: true });
    const pack = join(home, packed);
    packTree(home, [basename(data), basename(passwordFile)], pack, isMadeAnew);
    return { home, parts: [pack] };
  };
}

/** In the template's folder. */
const packed = 'cluster.pack';

/** Maps of free space and of visibility: Postgres takes tables without one for tables about which it knows nothing yet. */
function isMadeAnew(path: string): boolean {
  return path.endsWith('_fsm') || path.endsWith('_vm');
}

/** Two thirds of a new cluster are template databases, needed only for `create database`. */
async function dropTemplates(connection: PostgresConnectionSettings): Promise<void> {
  const client = new Client({ ...connection, ssl: false });
  await client.connect();
  try {
    await client.query('update pg_database set datistemplate = false');
    for (const name of ['template0', 'template1']) await client.query(`drop database ${name}`);
    // The checkpoint at the stop then has little left to write.
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

function ownerOf({ uid, gid, isOther }: OsAccount): { uid: number; gid: number } | null {
  return isOther ? { uid, gid } : null;
}
