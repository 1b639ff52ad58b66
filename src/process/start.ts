import { existsSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Logger } from 'winston';
import type { Config } from '../settings/config';
import { createGateway, type Gateway, type Replacements } from '../composition/gateway';
import type { FirstUsers } from '../identity/embedded/bootstrap';
import { elsewhere } from '../seed/elsewhere';
import { applySeed } from '../seed/seed';
import { StateFolder } from './state-folder';
import type { Connection } from '../storage/database/database';
import { chooseStateDir, startEmbeddedPostgres } from '../postgres/index';

export interface Started {
  readonly listener: RequestListener;
  readonly gateway: Gateway;
  /**
   * To be called once when it is known where the gateway listens: applies the seed or makes the first users.
   * @returns what to tell the person who started it
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
  begin: typeof startPostgres = startPostgres,
  replace: Replacements = {},
): Promise<Started> {
  const postgres = await begin(config, log);
  try {
    const folder = new StateFolder(chooseStateDir(config.stateDir));
    const gateway = await createGateway(config, postgres.connection, folder, log, replace);
    return {
      gateway,
      listener: gateway.listener,
      welcome: (url) => welcome(config, gateway, folder, config.publicUrl ?? url),
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
    await applySeed(config.seedFile, chosen.embedded ?? elsewhere, images, config.rules.imageTagQuota);
    return '';
  }
  if (!chosen.embedded) return '';
  const file = join(folder.path, 'openrc');
  const made = await chosen.embedded.bootstrap((first) => {
    folder.writeOpenrc(openrc(first, url));
    return Promise.resolve();
  });
  if (made) return `First start: user "${made.member.name}" of project "${made.project}".\n${advice(file)}`;
  if (!existsSync(file)) return '';
  // The port may be another one than at the first start.
  folder.writeOpenrc(
    readFileSync(file, 'utf8').replace(/^export OS_AUTH_URL=.*$/m, `export OS_AUTH_URL='${url}/v3'`),
  );
  return advice(file);
}

function advice(file: string): string {
  return `To use it:  source ${file}  and then, for example:  openstack image list\n`;
}

function openrc({ project, projectId, member, admin, accessKey }: FirstUsers, url: string): string {
  return `# Made by Tagway at its first start. Keep it to yourself: it holds passwords.
export OS_AUTH_URL='${url}/v3'
export OS_USERNAME='${member.name}'
export OS_PASSWORD='${member.password}'
export OS_PROJECT_NAME='${project}'
# The same project as its admin:
# export OS_USERNAME='${admin.name}' OS_PASSWORD='${admin.password}'
# For signed requests (Huawei SDKs):
export HUAWEICLOUD_SDK_AK='${accessKey.access}'
export HUAWEICLOUD_SDK_SK='${accessKey.secret}'
export HUAWEICLOUD_SDK_PROJECT_ID='${projectId}'
`;
}
