import type { Logger } from 'winston';
import { type Config, databaseSessionKind } from '../settings/config';
import { type ConnectionBudget, connectionBudget } from '../storage/database/connection-budget';
import { type ConnectionSettings, Database } from '../storage/database/database';

/**
 * One line at the start of a gateway when all of them together may ask Postgres for more connections than it has: that
 * shows only under load, when some of them get none. Behind a pooler it is the pooler's matter, and the embedded
 * Postgres is started with enough.
 */
export async function warnOfTooFewConnections(
  config: Config,
  connection: ConnectionSettings,
  log: Logger,
): Promise<void> {
  if (config.databaseUrl === null || databaseSessionKind(config) === 'shared') return;
  const { needed, allowed, fittingPool } = await budgetOf(config, connection);
  if (needed <= allowed) return;
  const lower = fittingPool > 0 ? `set TAGWAY_POOL_SIZE=${String(fittingPool)}, or ` : '';
  const hint = `${lower}raise the limit of Postgres by ${String(needed - allowed)}, or put PgBouncer in between`;
  log.warn('gateways may need more connections than Postgres allows', { needed, allowed, hint });
}

async function budgetOf(config: Config, connection: ConnectionSettings): Promise<ConnectionBudget> {
  const database = new Database(connection, 1, () => undefined);
  try {
    return await connectionBudget(database, config);
  } finally {
    await database.close();
  }
}
