import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { mostSimilarName } from '../settings/nearest-name';
import type { GatewayOptions } from './gateway-options';
import { commandTable, createProgram } from './command-table';

type Environment = Readonly<Record<string, string | undefined>>;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  report: (line: string): void => {
    process.stderr.write(`${line}\n`);
  },
};

/** `dist/src/cli.js`: the command `tagway`. */
export function runCommandLine(env: Environment): void {
  runNamed(env).catch((error: unknown) => {
    process.stderr.write(`tagway: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function runNamed(env: Environment): Promise<void> {
  const named = process.argv.slice(2);
  const given = { env, terminal, print, program: () => programFor(env) };
  const program = await createProgram(given, (name) => named.includes(name));
  await program.parseAsync();
}

function programFor(env: Environment): Command {
  const program = new Command('tagway')
    .version(version())
    .description(
      'Arranges the users, keys and projects of a Tagway gateway, and backs it up, whether it is running or not.',
    )
    .addHelpText(
      'after',
      '\nSettings are read from the environment, as the gateway reads them (TAGWAY_STATE_DIR, DATABASE_URL, …).',
    )
    .helpCommand(true)
    .showHelpAfterError('(--help lists the commands and options)')
    // So that an option after a command belongs to that command, which refuses unknown ones.
    .enablePositionalOptions()
    .option(
      '--ephemeral',
      'run a gateway for one test run: temporary state, one JSON line on standard output when it is ready',
    )
    .option(
      '--seed <file>',
      'with --ephemeral: the users, projects and images at the start, and after a reset',
    )
    .option('--state <file>', 'with --ephemeral: a state file to begin with, which a reset brings back')
    .option('--port <number>', 'with --ephemeral: the port; any free one when not given')
    .option(
      '--host <address>',
      'with --ephemeral: the address, such as 0.0.0.0 in a container; 127.0.0.1 when not given',
    )
    // Commander treats an unknown command as an argument of the program itself.
    .allowExcessArguments();
  return program.action((options: ProgramOptions) => runProgram(program, options, env));
}

function version(): string {
  const about = readFileSync(join(__dirname, '../../../package.json'), 'utf8');
  return (JSON.parse(about) as { version: string }).version;
}

interface ProgramOptions extends GatewayOptions {
  readonly ephemeral?: true;
  readonly host?: string;
}

/** Without a command: an ephemeral gateway, or help. */
async function runProgram(
  program: Command,
  { ephemeral, ...options }: ProgramOptions,
  env: Environment,
): Promise<void> {
  const [surplus] = program.args;
  if (surplus !== undefined) program.error(unknownCommand(surplus));
  if (ephemeral !== true) program.help({ error: true });
  const { runEphemeral } = await import('../ephemeral/index.js');
  await runEphemeral(options, env);
  process.exit(0);
}

function unknownCommand(given: string): string {
  const nearest = mostSimilarName(
    given,
    commandTable.map(({ name }) => name),
  );
  const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
  return `error: unknown command '${given}'${hint}`;
}
