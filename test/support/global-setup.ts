import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type TemporaryFolder, createTemporaryFolder } from '../../src/ephemeral/folder';
import { migrate } from '../../src/storage/migrator';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { beginTally } from './contracts/run-tally';
import { engineConnection, isCitusEngine } from './engine';
import { rememberServer, templateDatabase } from './postgres';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * A folder for the server's data and for all that tests put into TMPDIR. It is in memory where there is room: every
 * database has 500 files.
 */
function runFolder(): TemporaryFolder {
  const folder = createTemporaryFolder();
  // Processes of other accounts pass through.
  chmodSync(folder.path, 0o711);
  const files = join(folder.path, 't');
  mkdirSync(files);
  chmodSync(files, 0o1777);
  process.env['TMPDIR'] = files;
  return folder;
}

/** One embedded Postgres for the whole run, with a migrated database that every test file copies. */
export default async function globalSetup(): Promise<void> {
  beginTally();
  const engine = engineConnection();
  if (engine) {
    const citus = await isCitusEngine(engine);
    if (citus) process.env['TEST_ENGINE'] = 'citus';
    await migrate(engine, { citus });
    return;
  }
  const folder = runFolder();
  // Nothing outlives the run. Synced, the copy of the template alone is five times as slow.
  const settings = { fsync: 'off', full_page_writes: 'off' };
  const server = await startEmbeddedPostgres({ stateDir: folder.path, log: quiet, settings });
  rememberServer(server, folder);
  const admin = new Client(server.connection);
  await admin.connect();
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  await migrate({ ...server.connection, database: templateDatabase });
}
