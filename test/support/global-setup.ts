import { Client } from 'pg';
import { temporaryFolder } from '../../src/ephemeral/folder';
import { migrate } from '../../src/storage/migrator';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { beginTally } from './contracts/run-tally';
import { engineConnection, isCitusEngine } from './engine';
import { rememberServer, templateDatabase } from './postgres';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

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
  // In memory where there is room: every test file makes and removes the 500 files of a database.
  const folder = temporaryFolder();
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
