import type { Command } from 'commander';
import { type EphemeralOptions, runEphemeral } from '../ephemeral';

interface ProgramOptions extends EphemeralOptions {
  readonly ephemeral?: true;
}

/** `tagway --ephemeral` and `tagway start`: the gateway itself. Anything else without a command shows the help. */
export function runGateways(program: Command, env: Readonly<Record<string, string | undefined>>): void {
  program
    .option(
      '--ephemeral',
      'run a gateway for one test run: temporary state, one JSON line on standard output when it is ready',
    )
    .option('--seed <file>', 'with --ephemeral: what is there at the start, and again after a reset')
    .option('--port <number>', 'with --ephemeral: the port; any free one when not given')
    // To commander, what is no command is an argument of the program itself.
    .allowExcessArguments()
    .action(async ({ ephemeral, ...options }: ProgramOptions) => {
      const [surplus] = program.args;
      if (surplus !== undefined) program.error(`error: unknown command '${surplus}'`);
      if (ephemeral !== true) program.help({ error: true });
      await runEphemeral(options, env);
      process.exit(0);
    });
  program
    .command('start')
    .description('run a gateway that lasts, with the settings of the environment')
    // An import that is awaited is one of Node's own, which wants the extension. Loading it starts the gateway.
    .action(async () => {
      await import('../main.js');
    });
}
