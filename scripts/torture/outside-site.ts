import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import type { NetConnectOpts } from 'node:net';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';
import { seeded } from '../../test/support/seed';
import { startKeystone } from './keystone-process';
import { Network } from '../../test/support/network';
import { clientTimeoutMs, environmentOf, postmasterOf, type Site, type SiteSettings } from './site';
import { SupervisedGateway } from './supervised';

interface Outside {
  readonly database: ClientConfig;
  readonly target: NetConnectOpts;
  /** @param port of the network on this machine */
  readonly url: (port: number) => string;
  readonly postmaster: (() => number) | null;
  stop(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two gateways with a network between them and a Postgres of somebody else's, and their users in Keystone. */
export async function outsideSite(settings: SiteSettings, databaseUrl: string | null): Promise<Site> {
  const folder = temporaryFolder('tagway-torture');
  chmodSync(folder, 0o755);
  const outside = databaseUrl === null ? await ownPostgres(folder) : givenPostgres(databaseUrl);
  const keystone = await startKeystone(seeded.alpha);
  const network = await Network.to(outside.target);
  const env = { ...environmentOf(settings), ...keystone.env, DATABASE_URL: outside.url(network.port) };
  const gateway = await SupervisedGateway.start(join(folder, 'state'), env);
  const second = await SupervisedGateway.start(join(folder, 'second'), env);
  const { token } = keystone;
  return {
    gateway,
    second,
    database: () => outside.database,
    postmaster: outside.postmaster,
    network,
    keystone,
    folder,
    speakerOf: (client) => ({
      port: [gateway, second][client % 2]?.port ?? 0,
      timeoutMs: clientTimeoutMs,
      project: seeded.alpha,
      token,
    }),
    stop: async () => {
      await Promise.all([gateway.stop(), second.stop()]);
      await keystone.stop();
      await network.close();
      await outside.stop();
      removeFolder(folder);
    },
  };
}

/** Two gateways of several workers, and the connections that a fault leaves half open. */
const most = 160;

/** The network's far end is a socket file, which the gateway does not see. */
async function ownPostgres(folder: string): Promise<Outside> {
  const stateDir = join(folder, 'outside');
  const server = await startEmbeddedPostgres({ stateDir, log: quiet, maxConnections: most });
  const { host, port, user, password, database } = server.connection;
  return {
    database: { ...server.connection, ssl: false },
    target: { path: join(host, `.s.PGSQL.${String(port)}`) },
    url: (near) =>
      `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${String(near)}/${database}`,
    postmaster: () => postmasterOf(stateDir),
    stop: () => server.stop(),
  };
}

function givenPostgres(databaseUrl: string): Outside {
  const given = new URL(databaseUrl);
  return {
    database: { connectionString: databaseUrl },
    target: { host: given.hostname, port: Number(given.port || 5432) },
    url: (near) => {
      const through = new URL(databaseUrl);
      through.hostname = '127.0.0.1';
      through.port = String(near);
      return through.href;
    },
    postmaster: null,
    stop: () => Promise.resolve(),
  };
}
