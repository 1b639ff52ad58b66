import { chmodSync } from 'node:fs';
import { Command } from 'commander';
import { removeFolder, temporaryFolder } from '../../../test/support/gateway-process';
import { alignedTable, say } from '../../ha/report';
import { wholeNumber } from '../../whole-number';
import { type Build, type BuildOptions, buildsOf, withBuildOptions } from '../builds';
import { median } from '../report';
import { bareNode, type Subject, subjects } from './subjects';

interface Options extends BuildOptions {
  readonly rounds: number;
  readonly beside: number;
}

function readOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench:start --')
    .description(
      'Times starts of this build and of an earlier one by turns: medians in ms, as multiples of\nbare "node -e 0" in the same round, and how many times as fast as the earlier build.',
    )
    .option('--rounds <number>', 'how often each is started', wholeNumber, 9)
    .option('--beside <number>', 'how many ephemeral gateways start at once', wholeNumber, 10);
  return withBuildOptions(command).parse(args, { from: 'user' }).opts<Options>();
}

/** ms, a round each, by subject and build. */
type Times = Map<Subject, Map<Build, number[]>>;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const folder = temporaryFolder('tagway-bench-start');
  // For root, Postgres runs under another account.
  chmodSync(folder, 0o755);
  try {
    const builds = buildsOf(options, folder);
    const all = subjects(options.beside);
    const bare: number[] = [];
    const times: Times = new Map(all.map((each) => [each, new Map(builds.map((build) => [build, []]))]));
    for (let round = 0; round <= options.rounds; round++) {
      const node = await bareNode();
      if (round > 0) bare.push(node);
      for (const [subject, ofBuilds] of times) {
        for (const [build, found] of ofBuilds) {
          const milliseconds = await subject.run(build);
          // The first round fills caches and makes databases.
          if (round > 0) found.push(milliseconds);
        }
      }
      say(`round ${String(round)} of ${String(options.rounds)} done`);
    }
    process.stdout.write(`bare node -e 0: ${median(bare).toFixed(0)} ms\n${table(times, bare)}\n`);
  } finally {
    removeFolder(folder);
  }
}

function table(times: Times, bare: readonly number[]): string {
  const head = ['start', 'build', 'ms', 'min–max', 'of node', 'times as fast'];
  const rows = [...times].flatMap(([{ name }, ofBuilds]) => {
    const [earlier] = ofBuilds.values();
    return [...ofBuilds].map(([build, found]) => {
      const faster =
        found === earlier
          ? '–'
          : middle(
              found.map((own, round) => (earlier?.[round] ?? NaN) / own),
              1,
            );
      const ofNode = middle(
        found.map((own, round) => own / (bare[round] ?? NaN)),
        1,
      );
      const span = `${Math.min(...found).toFixed(0)}–${Math.max(...found).toFixed(0)}`;
      return [name, build.name, middle(found, 0), span, ofNode, faster];
    });
  });
  return alignedTable([head, ...rows]);
}

function middle(numbers: readonly number[], digits: number): string {
  return median(numbers).toFixed(digits);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
