import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { connectionUrl } from '../../test/support/connection-url';
import type { Speaker } from '../../test/support/dialects';
import { signIn } from '../../test/support/gateway-process';
import { seedContent, seeded, writeSeed } from '../../test/support/seed';
import { type Answer, send } from '../../test/support/wire';
import { SupervisedGateway } from '../torture/supervised';
import { Proxy } from './proxy';

/** What is said of a matter, and what was seen of it. */
export interface Check {
  readonly matter: string;
  readonly isShared: boolean;
  readonly seen: string;
  readonly isAsStated: boolean;
}

/** Gateways on one database, behind HAProxy. */
export interface ManySite {
  /** For `DATABASE_URL`. */
  readonly database: string;
  /** For a further gateway on the same database. */
  readonly env: Readonly<Record<string, string>>;
  readonly gateways: readonly SupervisedGateway[];
  readonly proxy: Proxy;
  /** Of all gateways at once, with these settings from then on. */
  restart(env: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/** Of every gateway. */
export const workers = 2;
/** The usual one of Postgres. */
const maxConnections = 100;

/** ms, on a machine that has much else to do */
const startMs = 120_000;

/** What the checks are made with; the rate is lifted before there is load. */
export const limits = { rate: 5, lockout: 3, revokedWithinMs: 5_000, jobMs: 3_000 } as const;

const people = ['lockedout', 'disabled', 'loggedout'].map((name) => ({
  ...{ name, password: seeded.password, roles: { alpha: ['member'] } },
}));

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function startMany(folder: string, count: number): Promise<ManySite> {
  const server = await startEmbeddedPostgres({
    ...{ stateDir: join(folder, 'postgres'), log: quiet, maxConnections },
  });
  const database = connectionUrl(server.connection);
  const env = {
    DATABASE_URL: database,
    TAGWAY_MASTER_KEY: 'ab'.repeat(32),
    TAGWAY_SEED: writeSeed(folder, { ...seedContent, users: [...seedContent.users, ...people] }),
    TAGWAY_WORKERS: String(workers),
    TAGWAY_GATEWAYS: String(count),
    TAGWAY_TRUST_PROXY: '127.0.0.1',
    TAGWAY_IMAGE_TAG_QUOTA: '100000',
    TAGWAY_HISTORY_DAYS: '1',
    TAGWAY_WEBHOOK_NETWORKS: '127.0.0.0/8',
    TAGWAY_LOGIN_LOCKOUT: String(limits.lockout),
    TAGWAY_RATE_PER_PROJECT: String(limits.rate),
    TAGWAY_JOB_MS: String(limits.jobMs),
    TAGWAY_LOG_LEVEL: 'warn',
  };
  const gateways: SupervisedGateway[] = [];
  for (let n = 1; n <= count; n++)
    gateways.push(await SupervisedGateway.start(join(folder, `gateway${String(n)}`), env));
  const ports = gateways.map(({ port }) => port);
  const proxy = await Proxy.start(folder, ports);
  return {
    ...{ database, env, gateways, proxy },
    restart: async (more) => {
      await Promise.all(gateways.map((gateway) => gateway.restart(more)));
      await proxy.untilAllUp(startMs);
    },
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await proxy.stop();
      await server.stop();
    },
  };
}

/** At any port of the site: that of a gateway, or the proxy's. */
export async function speakerAt(port: number, user = 'alice'): Promise<Speaker> {
  const token = await signIn(`http://127.0.0.1:${String(port)}`, user, seeded.password, 'alpha');
  return { port, token, project: seeded.alpha, timeoutMs: 15_000 };
}

export function asked(
  { port, token }: Speaker,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const sent = { ...(token !== undefined && { token }), ...(body !== undefined && { body }) };
  return send(port, method, path, { ...sent, timeoutMs: 15_000 });
}

/** The statuses of so many calls at once, which reach every worker of the gateway. */
export async function statusesOf(speaker: Speaker, path: string, count: number): Promise<number[]> {
  const answers = Array.from({ length: count }, () => asked(speaker, 'GET', path));
  return (await Promise.all(answers)).map(({ status }) => status);
}
