import type { Logger } from 'winston';
import type { Observe } from '../core/observe';
import { type Config, databaseSessionKind } from '../settings/config';
import { requireNoUnfinishedImport } from '../storage/backup/index';
import type { ConnectionSettings, Database } from '../storage/database/database';
import type { StoreObservation } from '../storage/database/observation';
import { ObservedDatabase } from '../storage/database/observed-database';
import { migrate } from '../storage/migrator';
import { warnOfTooFewConnections } from './connections';

/** Brings the schema up to date, and warns of too few connections. @throws BackupError if an import into the database is unfinished */
export async function prepareDatabase(
  config: Config,
  connection: ConnectionSettings,
  isFirst: boolean,
  log: Logger,
): Promise<void> {
  if (isFirst) await requireNoUnfinishedImport(connection, (sentence) => log.warn(sentence));
  const report = (text: string): void => {
    log.info(text);
  };
  await migrate(connection, { report, sessions: databaseSessionKind(config) });
  if (isFirst) await warnOfTooFewConnections(config, connection, log);
}

export function openDatabase(
  config: Config,
  connection: ConnectionSettings,
  observe: Observe<StoreObservation>,
): Database {
  const lost = (error: Error): void => {
    observe({ kind: 'database-connection-lost', error });
  };
  return new ObservedDatabase(observe, connection, config.poolSize, lost, databaseSessionKind(config));
}
