import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { signIn } from '../../test/support/gateway-process';
import { seeded, writeSeed } from '../../test/support/seed';
import { SupervisedGateway } from '../torture/supervised';
import { AutoFailover } from './auto-failover';
import { alignedTable, say } from './report';
import { runScript } from './run';
import { type Balance, Writers } from './writers';
import { wholeNumber } from '../whole-number';

interface Options {
  readonly rounds: number;
  readonly writers: number;
  readonly json: boolean;
}

interface Round extends Balance {
  readonly killed: string;
  /** ms from the kill until a write that had begun after it was acknowledged; null: there was none */
  readonly writingAgain: number | null;
}

/** ms of writing before the kill, and after the first write again */
const calm = 3_000;
const longest = 120_000;

function readOptions(args: readonly string[]): Options {
  return new Command('npm run ha:failover --')
    .description(
      'Starts pg_auto_failover on this machine, a monitor and two nodes, and a gateway\n' +
        'that knows both nodes. While clients write through the gateway, the primary is\n' +
        'killed with -9, and all that would start it again. Ends with 1 when a write\n' +
        'that was acknowledged is lost, or writes stay impossible.\n\n' +
        'Needs Debian’s pg-auto-failover-cli and postgresql-15-auto-failover.',
    )
    .option('--rounds <n>', 'how often; the node that was killed comes back in between', wholeNumber, 3)
    .option('--writers <n>', 'clients at once', wholeNumber, 8)
    .option('--json', 'the figures as JSON instead of the table', false)
    .parse(args, { from: 'user' })
    .opts<Options>();
}

async function playRound(
  cluster: AutoFailover,
  gateway: SupervisedGateway,
  options: Options,
  n: number,
): Promise<Round> {
  const token = await signIn(gateway.url, 'alice', seeded.password, 'alpha');
  const speaker = { port: gateway.port, token, project: seeded.alpha, timeoutMs: 15_000 };
  const writers = await Writers.begin(speaker, options.writers, `r${String(n)}`);
  await sleep(calm);
  const killed = await cluster.killPrimary();
  writers.watch();
  const writingAgain = await writers.untilWriting(longest);
  await sleep(calm);
  await writers.stop();
  return { killed, writingAgain, ...(await writers.balance()) };
}

async function play(options: Options, folder: string): Promise<Round[]> {
  const cluster = await AutoFailover.start(folder);
  const gateway = await SupervisedGateway.start(join(folder, 'gateway'), {
    DATABASE_URL: cluster.url,
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_IMAGE_TAG_QUOTA: '100000',
    TAGWAY_LOG_LEVEL: 'error',
  });
  const rounds: Round[] = [];
  try {
    for (let n = 1; n <= options.rounds; n++) {
      if (n > 1) await cluster.untilWhole();
      const round = await playRound(cluster, gateway, options, n);
      rounds.push(round);
      say(`killed ${round.killed}: written again after ${seconds(round)} s, ${String(round.lost)} lost`);
      cluster.startAgain(round.killed);
    }
    return rounds;
  } finally {
    await gateway.stop();
    await cluster.stop();
  }
}

const seconds = ({ writingAgain }: Round): string =>
  writingAgain === null ? 'never' : (writingAgain / 1000).toFixed(1);

function figures(rounds: readonly Round[]): string {
  const head = ['killed', 'writing again s', 'acknowledged', 'unknown', 'of those made', 'lost'];
  const rows = rounds.map((round) => {
    const { killed, acknowledged, unknown, unknownMade, lost } = round;
    return [killed, seconds(round), ...[acknowledged, unknown, unknownMade, lost].map(String)];
  });
  return `${alignedTable([head, ...rows])}\n`;
}

const options = readOptions(process.argv.slice(2));
runScript({
  name: 'tagway-failover',
  reasonAgainst: AutoFailover.reasonAgainst(),
  play: (folder) => play(options, folder),
  print: (rounds) => (options.json ? `${JSON.stringify({ options, rounds })}\n` : figures(rounds)),
  isGood: (rounds) => rounds.every(({ lost, writingAgain }) => lost === 0 && writingAgain !== null),
});
