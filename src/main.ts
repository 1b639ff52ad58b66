import './process/ignore-hangup';
import { gatewayOptions, settingsOf } from './commands/gateway-options';
import { runUntilStopped } from './process/run';

const program = gatewayOptions('main.js')
  .description('Runs a Tagway gateway with the settings of the environment.')
  .addHelpText('after', '\nAll settings: docs/settings.md. Users, keys and backups: dist/src/cli.js --help')
  .parse();

runUntilStopped(settingsOf(program.opts(), process.env));
