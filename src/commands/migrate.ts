import { Command } from 'commander';
import { requireWholeData } from '../storage/backup';
import { migrate } from '../storage/migrator';
import type { withDatabase } from './context';

type At = (work: Parameters<typeof withDatabase>[2]) => Promise<unknown>;

/** `tagway migrate`: for a database role that may change the schema, if the gateway's own may not. */
export function migrateCommand(at: At, print: (text: string) => void): Command {
  return new Command('migrate').action(async () => {
    await at(async ({ connection }) => {
      await requireWholeData(connection, print);
      await migrate(connection, { report: print });
    });
    print('The database is up to date.');
  });
}
