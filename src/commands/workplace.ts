import { SystemClock } from '../core/clock';
import type { Config } from '../config';
import { EmbeddedIdentity } from '../identity/embedded-identity';
import { createLog } from '../log';
import { StateFolder } from '../state-folder';
import { type Connection, Database, migrate } from '../storage/database';
import { chooseStateDir, findRunning, startEmbeddedPostgres } from '../storage/embedded';
import { PostgresIdentityStore } from '../storage/identity-store';

/** What a command works with. */
export interface Workplace {
  readonly identity: EmbeddedIdentity;
  readonly folder: StateFolder;
  /** A gateway runs on this state folder now. */
  readonly beside: boolean;
  readonly print: (text: string) => void;
}

/**
 * Opens the database that the gateway of these settings uses, whether it is running or not, does the work and
 * closes it again. A running gateway sees what was changed within its cache time.
 */
export async function atWork<Result>(
  config: Config,
  print: (text: string) => void,
  work: (place: Workplace) => Promise<Result>,
): Promise<Result> {
  const stateDir = chooseStateDir(config.stateDir);
  const running = config.databaseUrl ?? findRunning(stateDir);
  const log = createLog('error');
  const embedded = running === null ? await startEmbeddedPostgres({ stateDir, log }) : undefined;
  const connection: Connection = running ?? embedded?.connection ?? '';
  try {
    await migrate(connection);
    const database = new Database(connection, 2, () => undefined);
    try {
      const folder = new StateFolder(stateDir);
      const identity = new EmbeddedIdentity(new PostgresIdentityStore(database), new SystemClock(), {
        masterKey: folder.masterKey(config.masterKey),
        tokenLifetime: config.tokenLifetime,
      });
      await identity.prepare();
      return await work({ identity, folder, beside: config.databaseUrl === null && running !== null, print });
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
}

/** Columns as wide as their widest cell, for people; the last one is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join('  ');
  return [head, ...rows].map(line).join('\n');
}
