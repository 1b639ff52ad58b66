import { setTimeout as sleep } from 'node:timers/promises';
import type { CitusSite } from './citus-site';
import { sum } from './patroni-round';
import { until } from './postgres-tools';
import { allDialects, type Balance, Writers } from './writers';

export const citusFaults = ['kill worker', 'kill coordinator', 'pause worker'] as const;
export type CitusFault = (typeof citusFaults)[number];

export interface CitusRound extends Balance {
  readonly fault: CitusFault;
  /** ms; the longest time without an acknowledged write, of the project on the node that was struck, and of the other one */
  readonly struck: number;
  readonly other: number;
  /** transactions of two phases that wait for their end, just after the fault, and a while later */
  readonly prepared: number;
  readonly preparedLater: number;
}

/** ms */
const calm = 2_000;
const holds = 3_000;
const longest = 60_000;

/** `holds` ms after a kill the server is started again, as by a service manager. */
async function strike({ cluster }: CitusSite, fault: CitusFault): Promise<void> {
  const node = fault === 'kill coordinator' ? 'coordinator' : 'worker1';
  const isPause = fault === 'pause worker';
  cluster.signal(node, isPause ? 'SIGSTOP' : 'SIGKILL');
  await sleep(holds);
  if (isPause) cluster.signal(node, 'SIGCONT');
  else cluster.startAgain(node);
  await cluster.untilUp(node);
}

/** One fault, with writers of a project on each worker through all dialects. */
export async function playCitusRound(
  site: CitusSite,
  fault: CitusFault,
  count: number,
  name: string,
): Promise<CitusRound> {
  const { cluster, speakers } = site;
  const struck = await Writers.begin(speakers.worker1, count, `${name}-1`, allDialects);
  const other = await Writers.begin(speakers.worker2, count, `${name}-2`, allDialects);
  const both = [struck, other];
  await sleep(calm);
  for (const writers of both) writers.watch();
  await strike(site, fault);
  for (const writers of both) writers.expect();
  await Promise.all(both.map((writers) => writers.untilWriting(longest)));
  const prepared = await cluster.prepared();
  await sleep(calm);
  const gaps = { struck: struck.longestGap(), other: other.longestGap() };
  await Promise.all(both.map((writers) => writers.stop()));
  await until(async () => (await cluster.prepared()) === 0, '', 30_000).catch(() => undefined);
  const preparedLater = await cluster.prepared();
  return {
    fault,
    ...gaps,
    prepared,
    preparedLater,
    ...sum(await Promise.all(both.map((one) => one.balance()))),
  };
}
