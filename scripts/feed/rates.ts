import { memoryOf } from '../bench/machine';
import { type BenchGateway, startGateway } from '../bench/gateway';
import { fill } from '../bench/fill';
import { type Site, siteOf } from '../bench/site';
import { gatewaySubject } from '../bench/subjects';
import { workloads } from '../bench/workloads';
import { watchFromAfar } from './watchers';

export interface Place {
  readonly gateway: BenchGateway;
  readonly site: Site;
}

/** @param env settings of the gateway, by their names */
export async function placeWith(main: string, env: Readonly<Record<string, string>> = {}): Promise<Place> {
  for (const [name, value] of Object.entries(env)) process.env[`BENCH_${name}`] = value;
  const gateway = await startGateway(main);
  for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, `BENCH_${name}`);
  const site = siteOf(20_000, 5);
  await fill(gateway.connection, site);
  return { gateway, site };
}

interface Rate {
  /** requests a second */
  readonly rate: number;
  /** microseconds of gateway and Postgres for each, which a busy machine changes less */
  readonly cpu: number;
  readonly gateway: number;
  readonly postgres: number;
}

/** Puts and deletes of tags, 32 connections. */
async function rateOf({ gateway, site }: Place, seconds: number): Promise<Rate> {
  const workload = workloads.find(({ name }) => name === 'put+delete');
  if (!workload) throw new Error('there is no such workload');
  const found = await gatewaySubject('token', gateway, site).run(workload, 32, seconds);
  const { rate, failed, gatewayCpu, postgresCpu } = found;
  if (failed > 0) throw new Error(`${String(failed)} requests failed`);
  const [ofGateway, postgres] = [gatewayCpu ?? 0, postgresCpu ?? 0];
  return { rate, cpu: ofGateway + postgres, gateway: ofGateway, postgres };
}

function meanOf(one: Rate, other: Rate): Rate {
  const of = (side: keyof Rate): number => (one[side] + other[side]) / 2;
  return { rate: of('rate'), cpu: of('cpu'), gateway: of('gateway'), postgres: of('postgres') };
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function ratios(what: string, pairs: readonly (readonly [Rate, Rate])[]): void {
  for (const side of ['rate', 'cpu', 'gateway', 'postgres'] as const) {
    const of = pairs.map(([one, other]) => one[side] / other[side]);
    const text = of.map((ratio) => ratio.toFixed(2)).join(' ');
    const [one, other] = [
      middle(pairs.map(([first]) => first[side])),
      middle(pairs.map(([, second]) => second[side])),
    ];
    console.log(
      `${what}: ${side} ${middle(of).toFixed(2)} (${text}); ${one.toFixed(0)}, without ${other.toFixed(0)}`,
    );
  }
}

/** Writes with history, in turn with writes to a gateway that records none. */
export async function historyRates(main: string, rounds: number, seconds: number): Promise<void> {
  const kept = await placeWith(main);
  const off = await placeWith(main, { TAGWAY_HISTORY_DAYS: 'off' });
  try {
    await Promise.all([rateOf(kept, 1), rateOf(off, 1)]);
    const pairs: [Rate, Rate][] = [];
    for (let round = 0; round < rounds; round++) {
      const first = round % 2 === 0 ? await rateOf(kept, seconds) : null;
      const without = await rateOf(off, seconds);
      pairs.push([first ?? (await rateOf(kept, seconds)), without]);
    }
    ratios('writes with history', pairs);
  } finally {
    await kept.gateway.stop();
    await off.gateway.stop();
  }
}

interface Watching {
  readonly what: string;
  readonly connections: number;
  readonly query: string;
  readonly encoding: string;
}

const hundred = { connections: 100, query: '', encoding: '' };
const watchings: readonly Watching[] = [
  { ...hundred, what: '1 watcher', connections: 1 },
  { ...hundred, what: '100 watchers of every change' },
  { ...hundred, what: '100 watchers of every change, compressed', encoding: 'gzip' },
  { ...hundred, what: '100 watchers by a selector that finds none', query: '?selector=never' },
];

async function watchedRate(place: Place, watching: Watching, seconds: number): Promise<Rate> {
  const watchers = await watchFromAfar(place.gateway, watching);
  await watchers.report();
  const found = await rateOf(place, seconds);
  const { events, bytes, p50, p99, lost, cpu } = await watchers.report();
  watchers.stop();
  console.log(
    `  ${watching.what}: events ${String(events)}, ${(bytes / 1024 / 1024).toFixed(0)} MiB, p50 ${p50.toFixed(0)} ms, ` +
      `p99 ${p99.toFixed(0)} ms, lost ${String(lost)}; readers ${(cpu / found.rate / seconds).toFixed(0)} µs a change`,
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return found;
}

/** Writes that others watch, each time between writes that none watches. */
export async function watchedRates(main: string, rounds: number, seconds: number): Promise<void> {
  const place = await placeWith(main);
  const pairs = new Map(watchings.map(({ what }) => [what, [] as [Rate, Rate][]]));
  try {
    await rateOf(place, 1);
    let before = await rateOf(place, seconds);
    for (let round = 0; round < rounds; round++) {
      for (const watching of watchings) {
        const watched = await watchedRate(place, watching, seconds);
        const after = await rateOf(place, seconds);
        pairs.get(watching.what)?.push([watched, meanOf(before, after)]);
        before = after;
      }
    }
    for (const [what, of] of pairs) ratios(`writes with ${what}`, of);
    console.log(`  most memory of the gateway: ${memoryOf(place.gateway.pid).most.toFixed(0)} MiB`);
  } finally {
    await place.gateway.stop();
  }
}
