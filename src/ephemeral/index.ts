import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'winston';
import { dialects } from '../composition/dialects';
import { type Config, readConfig } from '../settings/config';
import type { Gateway } from '../composition/gateway-deps';
import { listen } from '../http/lifecycle';
import { createLog } from '../logging/log';
import { requireFreePort } from '../process/address';
import { startGateway, type StartedPostgres } from '../process/start';
import { stopSignal } from '../process/stop-signal';
import { migrate } from '../storage/migrator';
import { userCacheDir } from '../postgres/cache-folder';
import { startDisposablePostgres } from '../postgres/disposable';
import { migrationSource } from '../storage/migrations';
import { defaultDomain } from '../identity/ids';
import { announcement } from './announcement';
import { temporaryFolder } from './folder';
import { ephemeralSeed, type EphemeralSeed } from './seed';
import { starterEnded } from './starter';
import { startSlot } from './start-slot';

export interface EphemeralOptions {
  readonly seed?: string;
  readonly port?: string;
}

/** Its passwords are printed anyway, and a reset verifies each of them. */
const scryptCost = { n: 1024, r: 8, p: 1 };

type Environment = Readonly<Record<string, string | undefined>>;

/** How long requests in flight may take to finish: a test run that ends does not wait for them. */
const drainTimeoutMs = 2_000;

/**
 * A gateway for one test run: temporary state, a free port, `/admin` on. Prints one JSON line when it is ready, and
 * leaves nothing behind when it is stopped, or when the process that started it is gone. A stop during the start
 * takes effect once it is up.
 * @throws ConfigError, SeedError, StartError, EmbeddedError
 */
export async function runEphemeral(options: EphemeralOptions, env: Environment): Promise<void> {
  const stopped = Promise.race([stopSignal(), starterEnded(env['npm_command'] !== undefined)]);
  const content = ephemeralSeed(options.seed === undefined ? null : resolve(options.seed));
  const folder = temporaryFolder();
  try {
    const seedFile = join(folder.path, 'seed.json');
    writeFileSync(seedFile, JSON.stringify(content.seed), { mode: 0o600 });
    const config = readConfig(
      {
        ...settings(env, options),
        TAGWAY_STATE_DIR: folder.path,
        TAGWAY_SEED: seedFile,
      },
      dialects,
    );
    const isUp = await startSlot(userCacheDir(config.cacheDir));
    await serve(config, content, stopped, isUp).finally(isUp);
  } finally {
    folder.remove();
  }
}

/** Ignores the environment for what only a permanent gateway needs, but not for how dialects behave. */
function settings(env: Environment, { port = '0' }: EphemeralOptions): Environment {
  return {
    TAGWAY_LOG_LEVEL: 'warn',
    TAGWAY_POOL_SIZE: '4',
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    TAGWAY_HOST: '127.0.0.1',
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

async function serve(
  config: Config,
  content: EphemeralSeed,
  stopped: Promise<void>,
  isUp: () => void,
): Promise<void> {
  await requireFreePort(config);
  const log = createLog(config.logLevel, config.logForm);
  const started = await startGateway(config, log, {
    startDatabase: startPostgres,
    replace: { scryptCost },
  });
  try {
    const server = await listen(started.listener, config.host, config.port);
    const url = `http://${config.host}:${String(server.port)}`;
    await started.welcome(url);
    const token = await tokenOf(started.gateway, content.admin);
    const line = announcement(url, config.stateDir ?? '', content, token);
    process.stdout.write(`${JSON.stringify(line)}\n`);
    isUp();
    await stopped;
    started.leave();
    await server.drain(drainTimeoutMs);
  } finally {
    await started.close();
  }
}

async function startPostgres(config: Config, log: Logger): Promise<StartedPostgres> {
  return startDisposablePostgres({
    stateDir: config.stateDir ?? '',
    cacheDir: userCacheDir(config.cacheDir),
    contents: await migrationSource.getMigrations([]),
    log,
    maxConnections: config.poolSize + 10,
    migrate,
  });
}

const domain = { id: defaultDomain };

async function tokenOf(
  { identity }: Gateway,
  { name, password, project }: EphemeralSeed['admin'],
): Promise<string> {
  const outcome = await identity.login.login({
    proofs: [{ method: 'password', user: { name, domain }, password }],
    scope: { kind: 'project', project: { name: project, domain } },
  });
  if ('refusal' in outcome) throw new Error(`the admin cannot log in: ${outcome.refusal.kind}`);
  return outcome.value.text;
}
