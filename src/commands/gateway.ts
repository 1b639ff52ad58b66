import { type Command } from 'commander';
import { runEphemeral } from '../ephemeral';
import { runUntilStopped } from '../process/run';
import { type GatewayOptions, gatewayOptions, settingsOf } from './gateway-options';

type Environment = Readonly<Record<string, string | undefined>>;

/** `tagway --ephemeral` and `tagway start`: the gateway itself. Anything else without a command shows the help. */
export function addGateways(program: Command, env: Environment): void {
  program
    // So that an option after a command belongs to that command, which refuses unknown ones.
    .enablePositionalOptions()
    .option(
      '--ephemeral',
      'run a gateway for one test run: temporary state, one JSON line on standard output when it is ready',
    )
    .option('--seed <file>', 'with --ephemeral: what is there at the start, and again after a reset')
    .option('--port <number>', 'with --ephemeral: the port; any free one when not given')
    // Commander treats an unknown command as an argument of the program itself.
    .allowExcessArguments()
    .action(async ({ ephemeral, ...options }: GatewayOptions & { readonly ephemeral?: true }) => {
      const [surplus] = program.args;
      if (surplus !== undefined) program.error(`error: unknown command '${surplus}'`);
      if (ephemeral !== true) program.help({ error: true });
      await runEphemeral(options, env);
      process.exit(0);
    });
  program.addCommand(
    gatewayOptions('start')
      .description('run a gateway that lasts, with the settings of the environment')
      .action((options: GatewayOptions) => {
        runUntilStopped(settingsOf(options, env));
      }),
  );
}
