import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUser, readDatabasePassword } from './cluster';
import { isDataInUse } from './data-lock';
import type { PostgresConnectionSettings } from './postgres-process';
import { postgresFolders } from './state-folder';

/** Lines of postmaster.pid (miscadmin.h): process, data folder, start, port, socket folder, … */
const line = { port: 3, socketFolder: 4, status: 7 };

/**
 * How commands reach the server of a gateway that runs on this state folder.
 * @returns null if none runs, or it is stopping: a start then waits for its end. A file left by a crash is
 * recognised by its process.
 */
export function findRunningServer(state: string): PostgresConnectionSettings | null {
  const folder = postgresFolders(state);
  try {
    const lines = readFileSync(join(folder.data, 'postmaster.pid'), 'utf8').split('\n');
    const host = lines[line.socketFolder];
    if (host === undefined || host === '' || !isDataInUse(folder.data)) return null;
    // The first is written as soon as its gateway is gone, the second by Postgres itself.
    if (existsSync(join(host, '.released')) || lines[line.status]?.trim() === 'stopping') return null;
    const port = Number(lines[line.port]);
    return { host, port, user: databaseUser, password: readDatabasePassword(folder), database: 'postgres' };
  } catch {
    return null;
  }
}

/** Whether a gateway ever created a database in this state folder. */
export function hasDatabase(state: string): boolean {
  return existsSync(join(postgresFolders(state).data, 'PG_VERSION'));
}
