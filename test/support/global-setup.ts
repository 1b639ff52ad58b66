import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/storage/migrator';
import { startEmbeddedPostgres } from '../../src/storage/embedded';
import { beginTally } from './contracts/run-tally';
import { rememberServer, templateDatabase } from './postgres';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One embedded Postgres for the whole run, with a migrated database that every test file copies. */
export default async function globalSetup(): Promise<void> {
  beginTally();
  const stateDir = mkdtempSync(join(tmpdir(), 'tagway-test-'));
  const server = await startEmbeddedPostgres({ stateDir, log: quiet });
  rememberServer(server, stateDir);
  const admin = new Client(server.connection);
  await admin.connect();
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  await migrate({ ...server.connection, database: templateDatabase });
}
