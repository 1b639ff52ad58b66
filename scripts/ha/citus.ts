import { Command, Option } from 'commander';
import { CitusCluster } from './citus-cluster';
import { type Move, playMove } from './citus-move';
import { type CitusFault, citusFaults, type CitusRound, playCitusRound } from './citus-round';
import { startCitus } from './citus-site';
import { alignedTable, say } from './report';
import { runScript } from './run';
import { wholeNumber } from '../whole-number';

interface Options {
  readonly rounds: number;
  readonly fault?: CitusFault;
  readonly writers: number;
  readonly move?: number;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  return new Command('npm run ha:citus --')
    .description(
      'Starts Citus on this machine, a coordinator with two workers, and a gateway. While\n' +
        'clients write to a project on each worker through all dialects, a node dies and is\n' +
        'started again three seconds later, or stands still for as long. Ends with 1 when an\n' +
        'acknowledged write is lost, a writer is answered otherwise than with 503, or no\n' +
        'client can write again. With --move a filled database is distributed instead.\n\n' +
        'Needs postgresql-15 with Citus 12.1.',
    )
    .option('--rounds <n>', 'of each fault', wholeNumber, 1)
    .addOption(new Option('--fault <name>', 'this one only').choices(citusFaults))
    .option('--writers <n>', 'clients of each project', wholeNumber, 3)
    .option(
      '--move <images>',
      'distribute a database of so many images with five tags each, under load',
      wholeNumber,
    )
    .option('--json', 'the figures as JSON instead of the table', false)
    .parse(args, { from: 'user' })
    .opts<Options>();
}

async function play(options: Options, folder: string): Promise<CitusRound[]> {
  const site = await startCitus(folder, true);
  const rounds: CitusRound[] = [];
  try {
    for (const fault of options.fault ? [options.fault] : citusFaults) {
      for (let n = 1; n <= options.rounds; n++) {
        const name = `${fault.replace(' ', '-')}-${String(n)}`;
        const round = await playCitusRound(site, fault, options.writers, name);
        rounds.push(round);
        say(rowOf(round).join('  '));
      }
    }
    return rounds;
  } finally {
    await site.stop();
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function rowOf({ fault, struck, other, prepared, preparedLater, ...balance }: CitusRound): string[] {
  const { acknowledged, unknown, unknownMade, errors, lost } = balance;
  const counts = [prepared, preparedLater, acknowledged, unknown, unknownMade, errors, lost].map(String);
  return [fault, seconds(struck), seconds(other), ...counts];
}

const head = [
  ...['fault', 'no write s, struck node', 'other node', 'prepared', 'later'],
  ...['acknowledged', 'unknown', 'of those made', 'errors', 'lost'],
];

process.setMaxListeners(0);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
const options = readOptions(process.argv.slice(2));
const common = { name: 'tagway-citus', reasonAgainst: CitusCluster.reasonAgainst() };
const { move } = options;
if (move === undefined) {
  runScript<CitusRound[]>({
    ...common,
    play: (folder) => play(options, folder),
    print: (rounds) =>
      options.json
        ? `${JSON.stringify({ options, rounds })}\n`
        : `${alignedTable([head, ...rounds.map(rowOf)])}\n`,
    isGood: (rounds) => rounds.every(({ lost, errors }) => lost === 0 && errors === 0),
  });
} else {
  runScript<Move>({
    ...common,
    play: (folder) => playMove(folder, move),
    print: (found) => `${JSON.stringify(found, null, options.json ? 0 : 2)}\n`,
    isGood: ({ lost, errors, readErrors, ended }) => lost + errors + readErrors === 0 && ended === 0,
  });
}
