import { Command } from 'commander';

/** Gateway settings that are also command line options. */
export interface GatewayOptions {
  readonly seed?: string;
  readonly port?: string;
  readonly state?: string;
}

/** A command with these options, which refuses others and suggests the nearest name. */
export function gatewayOptions(name: string): Command {
  return new Command(name)
    .option('--port <number>', 'as TAGWAY_PORT')
    .option('--seed <file>', 'as TAGWAY_SEED')
    .option('--state <file>', 'as TAGWAY_STATE_FILE')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options; everything else is set in the environment)');
}

type Environment = Readonly<Record<string, string | undefined>>;

export function withGatewayOptions({ port, seed, state }: GatewayOptions, env: Environment): Environment {
  return {
    ...env,
    ...(port !== undefined && { TAGWAY_PORT: port }),
    ...(seed !== undefined && { TAGWAY_SEED: seed }),
    ...(state !== undefined && { TAGWAY_STATE_FILE: state }),
  };
}
