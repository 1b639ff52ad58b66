import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../src/core/errors';
import { Database } from '../../src/storage/database/database';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import type { Site } from './site';

/** Removes what is older from a project's history, with the statements of retention. */
export async function expireHistory(
  site: Pick<Site, 'database'>,
  project: string,
  at: string,
): Promise<void> {
  const { connectionString, ...parts } = site.database();
  const database = new Database(connectionString ?? (parts as never), 1, () => undefined);
  try {
    const store = new PostgresHistoryStore(database);
    while ((await retried(() => store.removeBefore(project, at, 500))) > 0);
  } finally {
    await database.close();
  }
}

/** ms; after a fault the connections of what died may still fill the server */
const retryFor = 30_000;

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + retryFor;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || performance.now() > until) throw error;
      await sleep(200);
    }
  }
}
