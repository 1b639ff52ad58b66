import { StartError } from '../settings/start-error';
import { waitForStopSignal } from '../process/stop-signal';
import { startDatabaseInBackground } from './database';
import { createTemporaryFolder } from './folder';
import { waitForStarterExit } from './starter';

export interface EphemeralOptions {
  readonly seed?: string;
  readonly state?: string;
  readonly port?: string;
  readonly host?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A gateway for one test run: temporary state, a free port, `/admin` on. Prints one JSON line when it is ready, and
 * leaves nothing behind when it is stopped, or when the process that started it is gone. A stop during the start
 * takes effect once it is up.
 *
 * The gateway's modules are loaded while Postgres starts: each takes about as long as the other.
 * @throws ConfigError, SeedError, StartError, EmbeddedError
 */
export async function runEphemeral(options: EphemeralOptions, env: Environment): Promise<void> {
  if (options.seed !== undefined && options.state !== undefined) {
    throw new StartError('--seed and --state exclude each other: each says what is there at the start');
  }
  const given = { seed: options.seed, state: options.state };
  const stopped = Promise.race([waitForStopSignal(), waitForStarterExit(env['npm_command'] !== undefined)]);
  const folder = createTemporaryFolder();
  try {
    const settings = settingsOf(env, options);
    const database = await startDatabaseInBackground(folder.path, settings);
    try {
      await database.launched;
      const { serveEphemeral } = await import('./gateway.js');
      await serveEphemeral({ stateDir: folder.path, ...given, env: settings, database, stopped });
    } finally {
      database.isUp();
      await database.postgres.then(
        (postgres) => postgres.stop(),
        () => undefined,
      );
    }
  } finally {
    folder.remove();
  }
}

/** Ignores the environment for what only a permanent gateway needs, but not for how dialects behave. */
function settingsOf(env: Environment, { port = '0', host = '127.0.0.1' }: EphemeralOptions): Environment {
  return {
    TAGWAY_LOG_LEVEL: 'warn',
    TAGWAY_POOL_SIZE: '4',
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    TAGWAY_HOST: host,
    TAGWAY_PORT: port,
    DATABASE_URL: '',
    TAGWAY_WORKERS: '1',
    TAGWAY_IDENTITY: 'embedded',
    TAGWAY_ADMIN: 'on',
    TAGWAY_PUBLIC_URL: '',
    TAGWAY_MASTER_KEY: '',
    TAGWAY_TLS_CERT: '',
    TAGWAY_TLS_KEY: '',
  };
}
