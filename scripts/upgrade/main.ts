import { Command } from 'commander';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';
import { alignedTable, say } from '../ha/report';
import { wholeNumber } from '../whole-number';
import { seeded } from '../../test/support/seed';
import { buildEarlier, commitOf } from './earlier-build';
import type { Outcome } from './outcome';
import { sideBySide } from './side-by-side';
import { stateAndExport } from './state-and-export';

interface Options {
  readonly from: string;
  readonly images: number;
  readonly tags: number;
  readonly keep?: string;
}

/** The last commit of the schema before the history of tags. */
const from = 'cfbb679';

function readOptions(args: readonly string[]): Options {
  return new Command('npm run upgrade --')
    .description(
      'Builds an earlier commit and upgrades what it made: a database that both\n' +
        'builds serve while clients write (and the way back), a state folder, an\n' +
        'export. Ends with 1 when a tag was lost, a request failed (but for a PATCH that\n' +
        'another change overtook at the migration), or one took over a second (on a busy\n' +
        'machine as many times longer as processes wait for each processor).',
    )
    .option('--from <commit>', 'the earlier build', from)
    .option('--images <n>', 'images to fill in, which a third of the clients writes to', wholeNumber, 1_000)
    .option('--tags <n>', 'tags of each of them', wholeNumber, 5)
    .option('--keep <folder>', 'where the earlier build is made, and found by a later run')
    .parse(args, { from: 'user' })
    .opts<Options>();
}

async function main(): Promise<number> {
  const { from: revision, images, tags, keep } = readOptions(process.argv.slice(2));
  const commit = commitOf(revision);
  if (commit === null) {
    say(`skipped: this clone does not hold ${revision}`);
    return 0;
  }
  const alive = setInterval(() => undefined, 60_000);
  const folder = temporaryFolder('tagway-upgrade');
  try {
    say(`building ${commit.slice(0, 12)}`);
    const earlier = buildEarlier(commit, keep ?? folder);
    const outcomes: readonly Outcome[] = [
      await sideBySide(earlier, folder, { project: seeded.alpha, images, tags }),
      await stateAndExport(earlier, folder),
    ];
    const faults = outcomes.flatMap((outcome) => outcome.faults);
    faults.forEach(say);
    const figures = Object.assign({}, ...outcomes.map((outcome) => outcome.figures)) as object;
    say(alignedTable(Object.entries(figures).map(([name, figure]) => [name, String(figure)])));
    process.stdout.write(`${JSON.stringify({ ...figures, faults: faults.length })}\n`);
    return faults.length;
  } finally {
    clearInterval(alive);
    removeFolder(folder);
  }
}

main().then(
  (faults) => process.exit(faults === 0 ? 0 : 1),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
