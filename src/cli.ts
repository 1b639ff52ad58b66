#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { credentialsCommand } from './commands/credentials';
import { doctorCommand } from './commands/doctor';
import { exportCommand } from './commands/export';
import { addGateways } from './commands/gateway';
import { importCommand, type Terminal } from './commands/import';
import { keysCommand } from './commands/keys';
import { masterKeyCommand } from './commands/master-key';
import { migrateCommand } from './commands/migrate';
import { peopleCommands } from './commands/people';
import { tokenKeyCommand } from './commands/token-key';
import { withDatabase, withIdentity, type CommandContext } from './commands/context';
import { dialects } from './composition/dialects';
import { readConfig } from './settings/config';

/** Also beside `dist`, in the package. */
const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const run = (work: (place: CommandContext) => Promise<void>): Promise<void> =>
  withIdentity(readConfig(process.env, dialects), print, work);

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  report: (line) => {
    process.stderr.write(`${line}\n`);
  },
};

const program = new Command('tagway')
  .version(version)
  .description(
    'Arranges the users, keys and projects of a Tagway gateway, and backs it up, whether it is running or not.',
  )
  .addHelpText(
    'after',
    '\nSettings are read from the environment, as the gateway reads them (TAGWAY_STATE_DIR, DATABASE_URL, …).',
  )
  .showHelpAfterError('(--help shows what there is)');
addGateways(program, process.env);
for (const command of [
  ...peopleCommands(run),
  credentialsCommand(run),
  keysCommand(run),
  tokenKeyCommand(run),
  masterKeyCommand(run),
  migrateCommand((work) => withDatabase(readConfig(process.env, dialects), 'any', work), print),
  doctorCommand(process.env, print),
  exportCommand((work) => withDatabase(readConfig(process.env, dialects), 'made', work), terminal),
  importCommand(
    (work) => withDatabase(readConfig(process.env, dialects), 'any', work),
    terminal,
    () => readConfig(process.env, dialects).masterKey,
  ),
])
  program.addCommand(command);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`tagway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
