import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialects } from '../composition/dialects';
import type { Gateway } from '../composition/gateway-deps';
import { listen } from '../http/lifecycle';
import { defaultDomain } from '../identity/ids';
import { createLog } from '../logging/log';
import { requireFreePort } from '../process/address';
import { startGateway } from '../process/start';
import { type Config, readConfig } from '../settings/config';
import { checkStateFileForNewDatabase } from '../composition/state-opening';
import type { Seed } from '../seed/seed-file';
import { StateFolder } from '../settings/state-folder';
import type { ConnectionSettings } from '../storage/database/database';
import { createAnnouncement } from './announcement';
import type { StartingDatabase } from './database';
import { ephemeralSeed, ephemeralSeedFromState, type EphemeralSeed } from './seed';

/** Its passwords are printed anyway, and a reset verifies each of them. */
const scryptCost = { n: 1024, r: 8, p: 1 };

/** How long requests in flight may take to finish: a test run that ends does not wait for them. */
const drainTimeoutMs = 2_000;

export interface EphemeralGatewayDeps {
  readonly stateDir: string;
  readonly seed: string | undefined;
  readonly state: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly database: StartingDatabase;
  readonly stopped: Promise<void>;
}

/**
 * Serves until it is stopped, on the database that was begun.
 * @throws ConfigError, SeedError, StateFileError, StartError, EmbeddedError
 */
export async function serveEphemeral(given: EphemeralGatewayDeps): Promise<void> {
  const { stateDir, env, database } = given;
  const beginning = await beginningOf(given);
  const { content } = beginning;
  const config = readConfig({ ...env, TAGWAY_STATE_DIR: stateDir, ...beginning.settings }, dialects);
  await requireFreePort(config);
  const log = createLog(config.logLevel, config.logForm);
  database.log.sendTo(log);
  const started = await startGateway(config, log, {
    startDatabase: async () => {
      const postgres = await database.postgres;
      await beginning.open(postgres.connection);
      return postgres;
    },
    replace: { scryptCost },
    seed: beginning.seed,
    known: content.seed,
  });
  try {
    const server = await listen(started.listener, config.host, config.port);
    const url = `http://${config.host}:${String(server.port)}`;
    await started.welcome(url);
    await announce(config, started.gateway, url, content);
    database.isUp();
    await given.stopped;
    started.leave();
    await server.drain(drainTimeoutMs);
  } finally {
    await started.close();
  }
}

interface Beginning {
  /** What is announced. */
  readonly content: EphemeralSeed;
  /** What is made at the start and after a reset. */
  readonly seed: Seed;
  readonly settings: Readonly<Record<string, string>>;
  readonly open: (connection: ConnectionSettings) => Promise<void>;
}

async function beginningOf({ stateDir, seed, state }: EphemeralGatewayDeps): Promise<Beginning> {
  if (state !== undefined) {
    const folder = new StateFolder(stateDir);
    const { known, open } = await checkStateFileForNewDatabase(resolve(state), folder, null);
    const { made, ...content } = ephemeralSeedFromState(known);
    const settings = { TAGWAY_STATE_FILE: folder.stateFile, TAGWAY_SEED: '' };
    return { content, seed: made, settings, open };
  }
  const content = ephemeralSeed(seed === undefined ? null : resolve(seed));
  const seedFile = join(stateDir, 'seed.json');
  writeFileSync(seedFile, JSON.stringify(content.seed), { mode: 0o600 });
  const settings = { TAGWAY_SEED: seedFile, TAGWAY_STATE_FILE: '' };
  return { content, seed: content.seed, settings, open: () => Promise.resolve() };
}

async function announce(
  config: Config,
  gateway: Gateway,
  url: string,
  content: EphemeralSeed,
): Promise<void> {
  const token = await tokenOf(gateway, content.admin);
  const line = createAnnouncement(url, config.stateDir ?? '', content, token);
  process.stdout.write(`${JSON.stringify(line)}\n`);
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
