import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/postgres/index';
import { Database } from '../../src/storage/database/database';
import { emptyEngine, engineConnection } from './engine';
import { serverConnection, templateDatabase } from './postgres';
import './timeouts';

export interface TestDatabase {
  readonly database: Database;
  readonly connection: EmbeddedPostgres['connection'];
}

/**
 * A migrated database of the test file's own, copied from the template (some 10 ms) and dropped at its end.
 * Call it at the top of a file or a describe; what it returns may be used inside tests.
 */
export function testDatabase(): () => TestDatabase {
  let found: TestDatabase | undefined;
  beforeAll(async () => {
    found = await createDatabase();
  });
  afterAll(async () => {
    if (!found) return;
    await found.database.close();
    await dropDatabase(found.connection.database);
  });
  return () => {
    if (!found) throw new Error('testDatabase() is there only inside tests');
    return found;
  };
}

/** For tests that must own the moment; `dropDatabase` is then theirs to call. */
export async function createDatabase(): Promise<TestDatabase> {
  const engine = engineConnection();
  if (engine) return openEngine(engine);
  const name = `t_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name} template ${templateDatabase} strategy file_copy`);
  const connection = { ...serverConnection(), database: name };
  return { connection, database: new Database(connection, 4, () => undefined) };
}

export async function dropDatabase(name: string): Promise<void> {
  if (engineConnection()) {
    opened--;
    return;
  }
  await onServer(`drop database ${name} with (force)`);
}

/** How many of a test file's databases are in use; on a given engine they are one and the same. */
let opened = 0;

async function openEngine(connection: EmbeddedPostgres['connection']): Promise<TestDatabase> {
  if (opened++ === 0) await emptyEngine(connection);
  return { connection, database: new Database(connection, 4, () => undefined) };
}

/** Copies queue on the template, so a busy one is waited for. */
async function onServer(text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new Client(serverConnection());
    await client.connect();
    try {
      await client.query(text);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end();
    }
  }
}
