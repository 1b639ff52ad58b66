import type { RequestListener } from 'node:http';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import { createGateway } from '../composition/gateway';
import type { Gateway, Replacements } from '../composition/gateway-deps';
import { alone, type ProcessRole } from '../composition/role';
import { externalIdentity } from '../seed/external-identity';
import { applySeed } from '../seed/seed';
import { greetFirstUsers } from './openrc';
import { StateFolder } from '../settings/state-folder';
import type { Connection } from '../storage/database/database';
import { chooseStateDir, startEmbeddedPostgres } from '../postgres/index';

export interface Started {
  readonly listener: RequestListener;
  readonly gateway: Gateway;
  /**
   * To be called once when it is known where the gateway listens: applies the seed or makes the first users.
   * Until then `/readyz` says that it is not ready.
   * @returns what to say to the person who started it
   */
  welcome(url: string): Promise<string>;
  /** See Gateway */
  leave(): void;
  close(): Promise<void>;
}

/** The embedded Postgres, or how to reach the one that the settings name. */
export interface StartedPostgres {
  readonly connection: Connection;
  stop(): Promise<void>;
}

/** What a start may do in another way than usual. */
export interface StartOptions {
  readonly startDatabase?: typeof startPostgres;
  readonly role?: ProcessRole;
  readonly replace?: Replacements;
}

export async function startPostgres(config: Config, log: Logger): Promise<StartedPostgres> {
  if (config.databaseUrl !== null) return { connection: config.databaseUrl, stop: () => Promise.resolve() };
  // Some connections more than the gateways' own: a worker that replaces another, migrations, commands.
  const maxConnections = config.poolSize * (config.workers + 1) + 20;
  const { cacheDir } = config;
  return startEmbeddedPostgres({ stateDir: chooseStateDir(config.stateDir), cacheDir, log, maxConnections });
}

/** Everything between the settings and the first request: state folder, database, gateway. */
export async function startGateway(
  config: Config,
  log: Logger,
  { startDatabase = startPostgres, role = alone, replace = {} }: StartOptions = {},
): Promise<Started> {
  const postgres = await startDatabase(config, log);
  try {
    const folder = new StateFolder(chooseStateDir(config.stateDir));
    const { connection } = postgres;
    const gateway = await createGateway(config, { connection, folder, log, role, replace });
    return {
      gateway,
      listener: gateway.listener,
      welcome: async (url) => {
        const text = role.isFirst ? await welcome(config, gateway, folder, config.publicUrl ?? url) : '';
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

/** Postgres last: what still drains needs it. */
async function close(gateway: Gateway, postgres: StartedPostgres): Promise<void> {
  await gateway.close();
  await postgres.stop();
}

async function welcome(config: Config, gateway: Gateway, folder: StateFolder, url: string): Promise<string> {
  const { chosen, images } = gateway;
  if (config.seedFile !== null) {
    await applySeed(config.seedFile, chosen.embedded ?? externalIdentity, images, config.imageTagQuota);
    return '';
  }
  return chosen.embedded ? greetFirstUsers(chosen.embedded, folder, url) : '';
}
