import { Command } from 'commander';
import { requireNoUnfinishedImport } from '../storage/backup';
import { migrate } from '../storage/migrator';
import type { withDatabase } from './context';

type At = (work: Parameters<typeof withDatabase>[2]) => Promise<unknown>;

/**
 * `tagway migrate`: for a database role that may change the schema, if the gateway's own may not.
 * `--citus` distributes the tables, of a new database or of one with rows; again, it finds nothing to do.
 */
export function migrateCommand(at: At, print: (text: string) => void): Command {
  return new Command('migrate')
    .option('--citus', 'distribute the tables over the nodes of a Citus cluster, by project')
    .action(async ({ citus = false }: { citus?: boolean }) => {
      await at(async ({ connection }) => {
        await requireNoUnfinishedImport(connection, print);
        await migrate(connection, { report: print, citus });
      });
      print(`The database is up to date${citus ? ' and distributed' : ''}.`);
    });
}
