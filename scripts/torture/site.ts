import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { findRunningServer } from '../../src/postgres/running-server';
import { openstack, type Speaker } from '../../test/support/dialects';
import { removeFolder, signIn, temporaryFolder } from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import { send } from '../../test/support/wire';
import type { Keystone } from './keystone-process';
import type { Network } from '../../test/support/network';
import { SupervisedGateway } from './supervised';

/** No client waits longer (ms) for an answer; the gateway promises one within ten seconds. */
export const clientTimeoutMs = 15_000;

/** Where a load meets faults: a gateway with all that it stands on. */
export interface Site {
  readonly gateway: SupervisedGateway;
  /** Another one on the same database. */
  readonly second: SupervisedGateway | null;
  /** Straight to Postgres, past any network. */
  readonly database: () => ClientConfig;
  /** null: not ours to kill */
  readonly postmaster: (() => number) | null;
  readonly network: Network | null;
  readonly keystone: Keystone | null;
  /** The folder that holds everything. */
  readonly folder: string;
  readonly speakerOf: (client: number) => Speaker;
  stop(): Promise<void>;
}

export interface SiteSettings {
  readonly batching: 'on' | 'off';
  readonly workers: number;
}

export function environmentOf({ batching, workers }: SiteSettings): Record<string, string> {
  return {
    TAGWAY_BATCHING: batching,
    TAGWAY_WORKERS: String(workers),
    TAGWAY_LOG_LEVEL: 'error',
    // A clock that jumps by hours must not end the clients' tokens.
    TAGWAY_TOKEN_LIFETIME: '31536000',
  };
}

/**
 * A gateway with its embedded Postgres and identity.
 * @param folder made and removed by the caller, if given
 * @param more of the gateway's environment
 */
export async function embeddedSite(
  settings: SiteSettings,
  folder?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const home = folder ?? temporaryFolder('tagway-torture');
  // As root, Postgres runs under another account.
  chmodSync(home, 0o755);
  const stateDir = join(home, 'state');
  const env = { ...environmentOf(settings), TAGWAY_SEED: writeSeed(home), ...more };
  const gateway = await SupervisedGateway.start(stateDir, env);
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  return {
    gateway,
    second: null,
    database: () => {
      const running = findRunningServer(stateDir);
      if (!running) throw new Error('the embedded Postgres does not run');
      return { ...running, ssl: false };
    },
    postmaster: () => postmasterOf(stateDir),
    network: null,
    keystone: null,
    folder: home,
    speakerOf: () => ({
      ...{ port: gateway.port, timeoutMs: clientTimeoutMs, project: seeded.alpha, token },
    }),
    stop: async () => {
      await gateway.stop();
      if (folder === undefined) removeFolder(home);
    },
  };
}

export function postmasterOf(stateDir: string): number {
  return Number(readFileSync(join(stateDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Finds out from outside whether all is well: `/readyz`, and a change that is there when it is read. */
export class Probe {
  private constructor(
    private readonly site: Site,
    private readonly image: string,
  ) {}

  static async on(site: Site): Promise<Probe> {
    return new Probe(site, await openstack(site.speakerOf(0)).create({ name: 'probe' }));
  }

  /**
   * Waits until five probes in a row have found all well, each of two requests over new connections.
   * @returns ms until the first of the five had its answer, null: not within `most` ms
   */
  async untilWell(most: number): Promise<number | null> {
    const begun = performance.now();
    let first = 0;
    for (let inRow = 0; inRow < 5;) {
      const isWell = await this.isWell();
      const now = performance.now() - begun;
      if (isWell && inRow++ === 0) first = now;
      if (!isWell) inRow = 0;
      if (now > most) return null;
      await sleep(40);
    }
    return first;
  }

  private async isWell(): Promise<boolean> {
    const { port, ...who } = this.site.speakerOf(0);
    const headers = { Connection: 'close' };
    const path = `/v2/images/${this.image}/tags/alive`;
    try {
      const ready = await send(port, 'GET', '/readyz', { headers, timeoutMs: 1_000 });
      const written = await send(port, 'PUT', path, { ...who, headers, timeoutMs: 1_000 });
      return ready.status === 200 && written.status === 204;
    } catch {
      return false;
    }
  }
}
