import type { Command } from 'commander';
import { runUntilStopped } from '../process/run';
import { type GatewayOptions, gatewayOptions, withGatewayOptions } from './gateway-options';

/** `tagway start`: a gateway that lasts, as `npm start` runs it. */
export function startCommand(env: Readonly<Record<string, string | undefined>>): Command {
  return gatewayOptions('start').action((options: GatewayOptions) => {
    runUntilStopped(withGatewayOptions(options, env));
  });
}
