import { setTimeout as sleep } from 'node:timers/promises';
import { signIn } from '../../test/support/gateway-process';
import { seeded } from '../../test/support/seed';
import type { SupervisedGateway } from '../torture/supervised';
import type { PatroniCluster } from './patroni-cluster';
import { type FaultName, faults } from './patroni-faults';
import { allDialects, type Balance, Writers } from './writers';

/** A gateway and how it finds the leader. */
export type Gateways = Readonly<Record<'hosts' | 'proxy', SupervisedGateway>>;

export interface Round extends Balance {
  readonly fault: FaultName;
  /** The leader that was struck, and the one after it. */
  readonly leader: string;
  readonly next: string;
  /** ms; the longest time from the fault on in which no write was acknowledged, by gateway */
  readonly hosts: number;
  readonly proxy: number;
  /** ms for which two members said that they take changes */
  readonly twoPrimaries: number;
}

/** ms of writing before the fault, after the first write again, and after the fault's end */
const calm = 1_000;
const longest = 60_000;

/** Looks again and again at who takes changes. */
class Watch {
  private running = true;
  private twoSince = 0;
  private readonly work: Promise<void>;

  constructor(private readonly cluster: PatroniCluster) {
    this.work = this.look();
  }

  async stop(): Promise<number> {
    this.running = false;
    await this.work;
    return this.twoSince;
  }

  private async look(): Promise<void> {
    while (this.running) {
      const begun = performance.now();
      const primaries = await this.cluster.primaries();
      await sleep(50);
      if (primaries.length > 1) this.twoSince += performance.now() - begun;
    }
  }
}

async function writersAt({ port, url }: SupervisedGateway, count: number, name: string): Promise<Writers> {
  const token = await signIn(url, 'alice', seeded.password, 'alpha');
  return Writers.begin({ port, token, project: seeded.alpha, timeoutMs: 15_000 }, count, name, allDialects);
}

/** One fault, from a whole cluster to a whole cluster, with writers at both gateways. */
export async function playRound(
  cluster: PatroniCluster,
  gateways: Gateways,
  { fault, name, writers: count }: { fault: FaultName; name: string; writers: number },
): Promise<Round> {
  const leader = await cluster.leader();
  const [hosts, proxy] = await Promise.all([
    writersAt(gateways.hosts, count, `${name}-h`),
    writersAt(gateways.proxy, count, `${name}-p`),
  ]);
  const both = [hosts, proxy] as const;
  await sleep(calm);
  for (const writers of both) writers.watch();
  await faults[fault].strike(cluster, leader);
  for (const writers of both) writers.expect();
  await Promise.all(both.map((writers) => writers.untilWriting(longest)));
  await sleep(calm);
  const watch = new Watch(cluster);
  await faults[fault].end(cluster, leader);
  await cluster.untilWhole();
  await sleep(calm);
  const twoPrimaries = await watch.stop();
  const gaps = { hosts: hosts.longestGap(), proxy: proxy.longestGap() };
  await Promise.all(both.map((writers) => writers.stop()));
  const next = (await cluster.leader()).name;
  const balance = sum(await Promise.all(both.map((writers) => writers.balance())));
  return { fault, leader: leader.name, next, ...gaps, twoPrimaries, ...balance };
}

/** Of several groups of writers. */
export function sum(balances: readonly Balance[]): Balance {
  const total = (of: (balance: Balance) => number): number => balances.reduce((all, one) => all + of(one), 0);
  return {
    acknowledged: total(({ acknowledged }) => acknowledged),
    unknown: total(({ unknown }) => unknown),
    unknownMade: total(({ unknownMade }) => unknownMade),
    lost: total(({ lost }) => lost),
    errors: total(({ errors }) => errors),
  };
}
