import { Command, InvalidArgumentError } from 'commander';
import { type DialectName, dialectNames } from '../../test/support/contracts/contracts';
import { wholeNumber } from '../whole-number';

export interface Options {
  readonly requests: number;
  readonly seed: number;
  readonly from: number;
  readonly dialects: readonly DialectName[];
}

function someDialects(text: string): DialectName[] {
  const chosen = dialectNames.filter((name) => text.split(',').includes(name));
  if (chosen.length !== text.split(',').length) {
    throw new InvalidArgumentError(`known are ${dialectNames.join(', ')}`);
  }
  return chosen;
}

/** Ends the process on --help and on options that make no sense. */
export function readOptions(args: readonly string[]): Options {
  return new Command('npm run fuzz --')
    .description(
      'Sends a throw-away gateway requests that are made from the contracts, and hurt.\n' +
        'Each must get one answer, within ten seconds, as its contract says and below\n' +
        '500; what is refused must have changed nothing. Ends with 1 when one does not.',
    )
    .option('--requests <n>', 'how many', wholeNumber, 20_000)
    .option('--seed <n>', 'the same one makes the same requests, but for the ids of images', wholeNumber, 1)
    .option('--from <n>', 'the number of the first, to come to a violation sooner', wholeNumber, 0)
    .option('--dialects <list>', 'only these, with commas between them', someDialects, [...dialectNames])
    .parse(args, { from: 'user' })
    .opts<Options>();
}
