import { runUntilStopped } from '../process/run';
import { gatewayOptions, withGatewayOptions } from './gateway-options';

/** `dist/src/main.js`: the gateway, with the settings of the environment. */
export function runTagway(env: Readonly<Record<string, string | undefined>>): void {
  const program = gatewayOptions('main.js')
    .description('Runs a Tagway gateway with the settings of the environment.')
    .addHelpText('after', '\nAll settings: docs/settings.md. Users, keys and backups: dist/src/cli.js --help')
    .parse();
  runUntilStopped(withGatewayOptions(program.opts(), env));
}
