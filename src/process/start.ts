import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import { createGateway } from '../composition/gateway';
import { type CheckedStateFile, checkInitialStateFile } from '../composition/state-opening';
import { Unavailable } from '../core/errors';
import type { Gateway, TestOverrides } from '../composition/gateway-deps';
import { singleProcessRole, type ProcessRole } from '../composition/role';
import { externalSeedIdentity } from '../seed/external-identity';
import { applySeed } from '../seed/seed';
import type { PlaintextCredentials } from '../seed/plaintext-credentials';
import type { Seed } from '../seed/seed-file';
import { prepareFirstUsers, writeOpenrcFromState } from './openrc';
import { StateFolder } from '../settings/state-folder';
import type { ConnectionSettings } from '../storage/database/database';
import { chooseStateDir, startEmbeddedPostgres } from '../postgres/index';

export interface StartedGateway {
  readonly listener: RequestListener;
  readonly gateway: Gateway;
  /**
   * Call once the gateway's address is known: applies the seed or creates the first users. Until then `/readyz`
   * reports not ready.
   * @returns a message for the person who started it
   */
  welcome(url: string): Promise<string>;
  /** See Gateway */
  leave(): void;
  close(): Promise<void>;
}

/** The embedded Postgres, or how to reach the one in the settings. */
export interface StartedPostgres {
  readonly connection: ConnectionSettings;
  stop(): Promise<void>;
}

/** Options of a start. */
export interface StartOptions {
  readonly startDatabase?: typeof startPostgres;
  readonly role?: ProcessRole;
  readonly replace?: TestOverrides;
  /** What the settings' seed file holds, if it was read already. */
  readonly seed?: Seed;
  /** See GatewayDeps. */
  readonly known?: PlaintextCredentials;
}

export async function startPostgres(config: Config, log: Logger): Promise<StartedPostgres> {
  if (config.databaseUrl !== null) return { connection: config.databaseUrl, stop: () => Promise.resolve() };
  // Some more connections than the gateways' own: for a replacement worker, migrations, commands.
  const maxConnections = config.poolSize * (config.workers + 1) + 20;
  const { cacheDir } = config;
  const stateDir = chooseStateDir(config.stateDir);
  const state = config.stateFile === null ? null : await lastingState(config, config.stateFile, stateDir);
  const postgres = await startEmbeddedPostgres({ stateDir, cacheDir, log, maxConnections });
  try {
    await state?.open(postgres.connection);
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function lastingState(
  config: Config,
  file: string,
  stateDir: string,
): Promise<CheckedStateFile | null> {
  const folder = new StateFolder(stateDir);
  const state = await checkInitialStateFile(file, folder, config.masterKey);
  return (
    state && {
      ...state,
      open: async (connection) => {
        await state.open(connection);
        writeOpenrcFromState(folder, state.known);
      },
    }
  );
}

/** Starts everything: state folder, database, gateway. */
export async function startGateway(
  config: Config,
  log: Logger,
  { startDatabase = startPostgres, role = singleProcessRole, replace = {}, seed, known }: StartOptions = {},
): Promise<StartedGateway> {
  const postgres = await startDatabase(config, log);
  try {
    const folder = new StateFolder(chooseStateDir(config.stateDir));
    const { connection } = postgres;
    const gateway = await createGateway(config, { connection, folder, log, role, seed, known, replace });
    return {
      gateway,
      listener: gateway.listener,
      welcome: async (url) => {
        const source = seed ?? config.seedFile;
        const text = role.isFirst
          ? await retryRefused(() => welcome(config, gateway, source, folder, url))
          : '';
        gateway.begin();
        return text;
      },
      leave: () => {
        gateway.leave();
      },
      close: () => close(gateway, postgres),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Postgres last: draining requests need it. */
async function close(gateway: Gateway, postgres: StartedPostgres): Promise<void> {
  await gateway.close();
  await postgres.stop();
}

async function welcome(
  config: Config,
  gateway: Gateway,
  seed: string | Seed | null,
  folder: StateFolder,
  url: string,
): Promise<string> {
  const { chosen, images } = gateway;
  if (seed !== null) {
    await applySeed(seed, chosen.embedded ?? externalSeedIdentity, images, config.imageTagQuota);
    return '';
  }
  return chosen.embedded ? prepareFirstUsers(chosen.embedded, folder, config.publicUrl ?? url) : '';
}

/** ms */
const startRetry = { timeout: 60_000, pause: 200 };

/**
 * The first users and seeds of gateways that start at once are the same rows: one gateway may wait for another longer than a
 * statement may wait for a lock. All of it can be done again.
 */
async function retryRefused<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + startRetry.timeout;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isRefused = error instanceof Unavailable && error.outcome === 'not-done';
      if (!isRefused || performance.now() > deadline) throw error;
    }
    await sleep(startRetry.pause);
  }
}
