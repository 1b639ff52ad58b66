import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeSeed } from '../../test/support/seed';
import { SupervisedGateway } from '../torture/supervised';
import { PatroniCluster } from './patroni-cluster';
import { type FaultName, faultNames } from './patroni-faults';
import { type Gateways, playRound, type Round } from './patroni-round';
import { alignedTable, say } from './report';
import { runScript } from './run';

interface Options {
  readonly rounds: number;
  readonly fault?: FaultName;
  readonly writers: number;
  readonly ttl: number;
  readonly synchronous: boolean;
  readonly api?: 'v2' | 'v3';
  readonly json: boolean;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`a whole number, ${String(least)} or more, is needed`);
  };
}

function readOptions(args: readonly string[]): Options {
  return new Command('npm run ha:patroni --')
    .description(
      'Starts etcd, three members of Patroni, HAProxy and two gateways on this machine:\n' +
        'one names all members, the other one goes through HAProxy to the leader. While\n' +
        'clients write through all dialects, the leader hands over, dies, stands still or\n' +
        'loses etcd. Ends with 1 when an acknowledged write is lost, or no client can write.\n\n' +
        'Needs Debian’s patroni, etcd-server, haproxy and postgresql-15.',
    )
    .option('--rounds <n>', 'of each fault', whole(1), 1)
    .addOption(new Option('--fault <name>', 'this one only').choices(faultNames))
    .option('--writers <n>', 'clients at each gateway', whole(1), 3)
    .option('--ttl <seconds>', 'of the leader’s key', whole(8), 10)
    .option('--no-synchronous', 'synchronous_mode: false, which may lose writes')
    .addOption(
      new Option('--api <version>', 'of etcd; Patroni 3.0.2 may lose writes with v3').choices(['v2', 'v3']),
    )
    .option('--json', 'the figures as JSON instead of the table', false)
    .addHelpText('after', '\nWithout --api it is v3 where Patroni is 3.0.3 or newer.')
    .parse(args, { from: 'user' })
    .opts<Options>();
}

/** The first that does not overwrite a leader's key with a lease of its own: github.com/patroni/patroni/pull/2689 */
function bestApi(): 'v2' | 'v3' {
  const version = execFileSync('patroni', ['--version'], { encoding: 'utf8' });
  const [major = 0, minor = 0, patch = 0] = (/[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
  return major > 3 || (major === 3 && (minor > 0 || patch >= 3)) ? 'v3' : 'v2';
}

async function gatewaysOf(cluster: PatroniCluster, folder: string): Promise<Gateways> {
  const env = {
    TAGWAY_MASTER_KEY: 'ab'.repeat(32),
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_IMAGE_TAG_QUOTA: '100000',
    TAGWAY_LOG_LEVEL: 'error',
  };
  const start = (name: string, url: string): Promise<SupervisedGateway> =>
    SupervisedGateway.start(join(folder, name), { ...env, DATABASE_URL: url });
  return { hosts: await start('hosts', cluster.url), proxy: await start('proxy', cluster.proxyUrl) };
}

async function play(options: Options, folder: string): Promise<Round[]> {
  const cluster = await PatroniCluster.start(folder, { ...options, api: options.api ?? bestApi() });
  const rounds: Round[] = [];
  let gateways: Gateways | undefined;
  try {
    gateways = await gatewaysOf(cluster, folder);
    for (const fault of options.fault ? [options.fault] : faultNames) {
      for (let n = 1; n <= options.rounds; n++) {
        await cluster.untilWhole();
        const round = await playRound(cluster, gateways, {
          ...options,
          fault,
          name: `${fault}-${String(n)}`,
        });
        rounds.push(round);
        say(rowOf(round).join('  '));
      }
    }
  } catch (error) {
    // What was measured so far is worth having.
    say(error instanceof Error ? error.message : String(error));
    if (rounds.length === 0) throw error;
    process.exitCode = 1;
  } finally {
    await Promise.all(Object.values(gateways ?? {}).map((gateway) => gateway.stop()));
    await cluster.stop();
  }
  return rounds;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const head = ['fault', 'leader', 'next', 'no write s, hosts', 'HAProxy', 'two primaries s'];

function rowOf({ fault, leader, next, hosts, proxy, twoPrimaries, ...balance }: Round): string[] {
  const { acknowledged, unknown, unknownMade, lost } = balance;
  const counts = [acknowledged, unknown, unknownMade, lost].map(String);
  return [fault, leader, next, seconds(hosts), seconds(proxy), seconds(twoPrimaries), ...counts];
}

/** Of all rounds of a fault: medians and most in ms, sums of writes. */
function summaryOf(fault: FaultName, rounds: readonly Round[]): string[] {
  const of = rounds.filter((round) => round.fault === fault);
  const sorted = (value: (round: Round) => number): number[] => of.map(value).sort((a, b) => a - b);
  const times = [({ hosts }: Round) => hosts, ({ proxy }: Round) => proxy].flatMap((value) => {
    const all = sorted(value);
    return [seconds(all[Math.floor((all.length - 1) / 2)] ?? 0), seconds(all.at(-1) ?? 0)];
  });
  const total = (value: (round: Round) => number): string =>
    String(of.reduce((all, one) => all + value(one), 0));
  const counts = [total((one) => one.acknowledged), total((one) => one.unknown), total((one) => one.lost)];
  const two = seconds(sorted((one) => one.twoPrimaries).at(-1) ?? 0);
  return [fault, String(of.length), ...times, two, ...counts];
}

function figures(rounds: readonly Round[]): string {
  const names = [...head, 'acknowledged', 'unknown', 'of those made', 'lost'];
  const most = [
    'fault',
    'rounds',
    'hosts: median s',
    'most s',
    'HAProxy: median s',
    'most s',
    'two primaries, most s',
  ];
  const played = faultNames.filter((name) => rounds.some(({ fault }) => fault === name));
  const summary = [
    [...most, 'acknowledged', 'unknown', 'lost'],
    ...played.map((name) => summaryOf(name, rounds)),
  ];
  return `${alignedTable([names, ...rounds.map(rowOf)])}\n\n${alignedTable(summary)}\n`;
}

process.setMaxListeners(0);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
const options = readOptions(process.argv.slice(2));
runScript({
  name: 'tagway-patroni',
  reasonAgainst: PatroniCluster.reasonAgainst(),
  play: (folder) => play(options, folder),
  print: (rounds) => (options.json ? `${JSON.stringify({ options, rounds })}\n` : figures(rounds)),
  isGood: (rounds) => rounds.every(({ lost }) => lost === 0) && process.exitCode === undefined,
});
