import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Weather } from '../../test/support/network';
import { childrenOf, familyOf, signal } from './processes';
import type { Site } from './site';

export type SiteKind = 'embedded' | 'outside' | 'small-disk' | 'faked-clock';

export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly site: SiteKind;
  /** ms from its beginning to its end */
  readonly holds: number;
  begin(site: Site): Promise<void> | void;
  end?(site: Site): Promise<void> | void;
}

function oneOf(pids: readonly number[], what: string): number {
  const found = pids[Math.floor(Math.random() * pids.length)];
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

function postmasterOf(site: Site): number {
  if (!site.postmaster) throw new Error('this Postgres is not ours to stop or kill');
  return site.postmaster();
}

/** Processes of the gateway that serve. */
function workersOf({ gateway }: Site): number[] {
  return childrenOf(gateway.pid, /main\.js/);
}

function kill(name: string, what: string, victims: (site: Site) => number[], ofGateway = false): Fault {
  const begin = (site: Site): void => {
    const pids = victims(site);
    if (ofGateway) site.gateway.expectDeath();
    signal(pids, 'SIGKILL');
  };
  return { name, what: `kill -9 of ${what}`, site: 'embedded', holds: 0, begin };
}

/** Processes that answer nothing for a while, and then go on as if nothing had been. */
function stall(name: string, what: string, site: SiteKind, holds: number, victims: (site: Site) => number[]) {
  const stopped = new Map<Site, number[]>();
  return {
    ...{ name, what: `SIGSTOP of ${what} for ${String(holds / 1000)} s`, site, holds },
    begin: (where: Site) => {
      const pids = victims(where);
      stopped.set(where, pids);
      signal(pids, 'SIGSTOP');
    },
    end: (where: Site) => {
      signal(stopped.get(where) ?? [], 'SIGCONT');
    },
  } satisfies Fault;
}

function weather(name: string, what: string, kind: Weather, holds: number): Fault {
  return {
    ...{ name, what: `network to Postgres ${what} for ${String(holds / 1000)} s`, site: 'outside', holds },
    begin: (site) => site.network?.set(kind),
    end: (site) => site.network?.set('fair'),
  };
}

/** Makes Postgres want the next segment of its log, for which there is no room. */
async function wantSegments(site: Site): Promise<void> {
  const client = new Client({ ...site.database(), connectionTimeoutMillis: 1_000, query_timeout: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Some segments are there already. A message needs room nowhere else.
    for (let turn = 0; turn < 40; turn++) {
      await client.query("select pg_logical_emit_message(true, 'torture', 'a word')");
      await client.query('select pg_switch_wal()');
    }
  } catch {
    // As it should be: it could not go on.
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function allFaults(
  disk: { fill(): void; empty(): void },
  clock: { set(offset: string): void },
): readonly Fault[] {
  return [
    { name: 'none', what: 'nothing, for comparison', site: 'embedded', holds: 1_000, begin: () => undefined },
    kill('gateway', 'the gateway', ({ gateway }) => [gateway.pid], true),
    kill('worker', 'one of its workers', (site) => [oneOf(workersOf(site), 'worker')]),
    kill('backend', 'a Postgres backend', (site) => [
      oneOf(childrenOf(postmasterOf(site), / \[local\] | \d+\.\d+\.\d+\.\d+\(/), 'backend'),
    ]),
    kill('postmaster', 'the postmaster', (site) => [postmasterOf(site)]),
    kill(
      'everything',
      'gateway, workers and Postgres at once',
      (site) => [...familyOf(site.gateway.pid), ...familyOf(postmasterOf(site))],
      true,
    ),
    stall('stalled-postgres', 'Postgres', 'embedded', 3_000, (site) => familyOf(postmasterOf(site))),
    stall('long-stalled-postgres', 'Postgres', 'embedded', 9_000, (site) => familyOf(postmasterOf(site))),
    stall('stalled-keystone', 'Keystone', 'outside', 4_000, ({ keystone }) =>
      keystone ? [keystone.pid] : [],
    ),
    weather('network-cut', 'cut', 'cut', 2_000),
    weather('network-slow', 'late by 0.1 to 0.7 s a message', 'slow', 3_000),
    weather('network-half-open', 'half-open', 'half-open', 2_000),
    weather('network-long-half-open', 'half-open', 'half-open', 9_000),
    weather('network-resets', 'reset in the middle of messages', 'resets', 3_000),
    {
      ...{ name: 'full-disk', what: 'no room on the disk for 4 s', site: 'small-disk', holds: 4_000 },
      begin: async (site) => {
        disk.fill();
        await wantSegments(site);
      },
      end: () => {
        disk.empty();
      },
    },
    {
      ...{
        name: 'clock-jumps',
        what: 'the clock 6 h ahead, then 6 h behind',
        site: 'faked-clock',
        holds: 3_000,
      },
      begin: async () => {
        clock.set('+6h');
        await sleep(1_500);
        clock.set('-6h');
      },
      end: () => {
        clock.set('+0');
      },
    },
  ];
}
