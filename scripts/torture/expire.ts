import { Database } from '../../src/storage/database/database';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import type { Site } from './site';

/** Removes what is older from a project's history, with the statements of retention. */
export async function expireHistory(site: Site, project: string, at: string): Promise<void> {
  const { connectionString, ...parts } = site.database();
  const database = new Database(connectionString ?? (parts as never), 1, () => undefined);
  try {
    const store = new PostgresHistoryStore(database);
    while ((await store.removeBefore(project, at, 500)) > 0);
  } finally {
    await database.close();
  }
}
