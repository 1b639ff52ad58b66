import { Command } from 'commander';
import { type Load, playLoad } from './many-load';
import { type Check, type ManySite, speakerAt, startMany } from './many-site';
import * as sharing from './many-sharing';
import { connections, journal } from './many-starts';
import { ask } from './postgres-tools';
import { alignedTable, say } from './report';
import { runScript } from './run';
import type { Speaker } from '../../test/support/dialects';
import { wholeNumber } from '../whole-number';

interface Options {
  readonly writers: number;
  readonly seconds: number;
  readonly json: boolean;
}

interface Figures {
  readonly checks: readonly Check[];
  readonly loads: readonly Load[];
}

const gateways = 4;

function readOptions(args: readonly string[]): Options {
  return new Command('npm run ha:many --')
    .description(
      'Starts four gateways with two workers each behind HAProxy, on one Postgres, and asks\n' +
        'each of them what they share: docs/deploy/scale-out.md has the table. Then clients\n' +
        'write through all dialects while others read the feed and a webhook delivers it,\n' +
        'once until retention has cleaned up, and once with a gateway that is killed. Ends\n' +
        'with 1 when something is not as the page states it, or a change is lost.\n\n' +
        'Needs HAProxy. Takes some three minutes.',
    )
    .option('--writers <n>', 'of tags, and as many that also remove them', wholeNumber, 6)
    .option('--seconds <n>', 'of writing', wholeNumber, 10)
    .option('--json', 'the figures as JSON instead of the table', false)
    .parse(args, { from: 'user' })
    .opts<Options>();
}

async function sharedMatters(site: ManySite, speaker: Speaker, folder: string): Promise<Check[]> {
  const checks: Check[] = [await sharing.rates(site, speaker)];
  await site.restart({ TAGWAY_RATE_PER_PROJECT: '' });
  const admin = await speakerAt(speaker.port, 'admin');
  const first = { ...speaker, port: site.gateways[0]?.port ?? 0 };
  const further: (() => Promise<Check | Check[]>)[] = [
    () => sharing.tags(site, speaker),
    () => sharing.jobs(site, first),
    () => sharing.metadefs(site, admin),
    () => sharing.metrics(site, speaker),
    () => sharing.lockout(site),
    () => sharing.revocation(site, admin),
    () => journal(site, folder),
    () => connections(site, folder),
  ];
  for (const check of further) checks.push(...[await check()].flat());
  return checks;
}

async function play(options: Options, folder: string): Promise<Figures> {
  const site = await startMany(folder, gateways);
  try {
    const speaker = await speakerAt(site.proxy.port);
    const checks = await sharedMatters(site, speaker, folder);
    for (const check of checks) say(rowOf(check).join('  '));
    const loads: Load[] = [];
    for (const name of ['retention', 'kill']) {
      loads.push(await playLoad(site, speaker, { ...options, name, kill: name === 'kill' }));
      say(loadRow(loads[loads.length - 1] as Load).join('  '));
    }
    const text = `select count(*)::int as count from images where project_id = '${speaker.project}'`;
    const [row] = await ask<{ count: number }>(site.database, text);
    return { checks: [...checks, await sharing.statistics(site, speaker, row?.count ?? -1)], loads };
  } finally {
    await site.stop();
  }
}

const rowOf = ({ matter, isShared, seen, isAsStated }: Check): string[] => [
  ...[matter, isShared ? 'shared' : 'each for itself', isAsStated ? 'as stated' : 'NOT AS STATED', seen],
];

const loadRow = (load: Load): string[] => {
  const { name, acknowledged, unknown, lost, events, feedFaults, delivered, again, atOnce } = load;
  const counts = [acknowledged, unknown, lost, events, feedFaults.length, delivered, again, atOnce];
  return [name, ...counts.map(String), load.deliveredAfter.toFixed(1), load.expired?.join(' -> ') ?? ''];
};

const loadHead = [
  ...['load', 'acknowledged', 'unknown', 'lost', 'events', 'feed faults', 'delivered', 'again', 'at once'],
  ...['delivered after s', 'expired'],
];

/** A process that dies may have delivered what it had no time to note. */
function isGoodLoad(load: Load): boolean {
  const { lost, errors, feedFaults, delivered, events, again, atOnce, expired, errorLines, name } = load;
  const isDelivered = delivered === events && atOnce === 1 && again <= (name === 'kill' ? 1 : 0);
  const isKept = lost + feedFaults.length + errorLines.length === 0;
  const isWhole = name === 'kill' || (load.unknown === 0 && errors === 0);
  return isDelivered && isKept && isWhole && (expired === null || (expired[0] > 0 && expired[1] === 0));
}

function figures({ checks, loads }: Figures): string {
  const stories = loads.flatMap(({ feedFaults, errorLines }) => [...feedFaults, ...errorLines]).slice(0, 20);
  const head = ['matter', 'shared?', 'found', 'seen'];
  // What was seen is a sentence: its column is the last one, and not padded.
  const table = alignedTable([head.slice(0, 3), ...checks.map((check) => rowOf(check).slice(0, 3))]).split(
    '\n',
  );
  const rows = table.map((line, n) => `${line}  ${n === 0 ? 'seen' : (checks[n - 1]?.seen ?? '')}`);
  return [...rows, '', alignedTable([loadHead, ...loads.map(loadRow)]), ...stories, ''].join('\n');
}

process.setMaxListeners(0);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
const options = readOptions(process.argv.slice(2));
runScript<Figures>({
  name: 'tagway-many',
  reasonAgainst: null,
  play: (folder) => play(options, folder),
  print: (found) => (options.json ? `${JSON.stringify({ options, ...found })}\n` : figures(found)),
  isGood: ({ checks, loads }) => checks.every(({ isAsStated }) => isAsStated) && loads.every(isGoodLoad),
});
