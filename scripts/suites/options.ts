import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../whole-number';
import { runnerNames } from './runners';

export interface Options {
  readonly runs: number;
  readonly kills: number;
  readonly seed: number;
  readonly runners: readonly string[];
}

function zeroOrMore(text: string): number {
  return text === '0' ? 0 : wholeNumber(text);
}

function someRunners(text: string): string[] {
  const chosen = text.split(',');
  if (!chosen.every((name) => runnerNames.includes(name)))
    throw new InvalidArgumentError(`known are ${runnerNames.join(', ')}`);
  return chosen;
}

/** Ends the process on --help and on options that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const given = new Command('npm run suites --')
    .description(
      'In an empty folder with the packed tarball, runs a suite of five tests with each runner, on\n' +
        'four workers and one gateway, again and again; then kills runners (SIGKILL) at random\n' +
        'moments. Ends with 1 when a run is not green, or when processes or files are left.\n\n' +
        'Needs Linux (/proc), the npm registry, PyPI, Python 3 and Go.',
    )
    .option('--runs <n>', 'of each suite', wholeNumber, 20)
    .option('--kills <n>', 'of runners that were still running; they take turns', zeroOrMore, 50)
    .option('--seed <n>', 'of the moments of the kills; a random one when not given', wholeNumber)
    .option('--runners <list>', 'only these, with commas between them', someRunners, [...runnerNames])
    .parse(args, { from: 'user' })
    .opts<Omit<Options, 'seed'> & { seed?: number }>();
  return { ...given, seed: given.seed ?? randomInt(1, 1_000_000) };
}
