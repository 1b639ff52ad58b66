import { Command, InvalidArgumentError, Option } from 'commander';
import { allFaults } from './faults';
import { wholeNumber } from '../whole-number';

export interface Options {
  readonly minutes: number;
  readonly faults: readonly string[];
  readonly database: string | null;
  readonly batching: 'on' | 'off' | 'both';
  readonly workers: number;
  readonly clients: number;
  readonly seed: number;
  /** s */
  readonly recovery: number;
  readonly json: boolean;
}

const known = allFaults({ fill: () => undefined, empty: () => undefined }, { set: () => undefined });
const names = known.map(({ name }) => name);

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('a number above 0 is needed');
  return number;
}

function someOfThem(text: string): string[] {
  const words = text.split(',').filter((word) => word !== '');
  const unknown = words.filter((word) => !names.includes(word));
  if (unknown.length > 0 || words.length === 0) {
    throw new InvalidArgumentError(`known are ${names.join(', ')}`);
  }
  return words;
}

function onOrOff(text: string): string {
  if (!['on', 'off', 'both'].includes(text)) throw new InvalidArgumentError('on, off or both');
  return text;
}

/** Ends the process on --help and on options that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const command = new Command('npm run torture --')
    .description(
      'Plays faults on throw-away gateways while clients change tags through all\n' +
        "dialects, and holds the clients' answers against the stored state: nothing\n" +
        'acknowledged is lost, nothing refused is done, every history fits one order,\n' +
        'the feed has every change once and equals the history,\n' +
        'and the gateway is well again within seconds. Ends with 1 when that fails.\n\n' +
        `Needs Linux (/proc). The faults, in turn:\n${known.map(({ name, what }) => `  ${name.padEnd(24)}${what}`).join('\n')}`,
    )
    .option('--minutes <n>', 'how long, though each fault is played once in any case', positive, 2)
    .addOption(
      new Option('--faults <list>', 'only these, with commas between them')
        .argParser(someOfThem)
        .default(names, 'all'),
    )
    .option(
      '--database <url>',
      'an outside Postgres for the network faults, instead of one of its own; Tagway makes its tables there',
    )
    .option(
      '--batching <mode>',
      'on, off, or both: another each time all faults were played',
      onOrOff,
      'both',
    )
    .option('--workers <n>', 'processes of each gateway', wholeNumber, 2)
    .option('--clients <n>', 'clients at once; as many again write what the feed must have', wholeNumber, 16)
    .option('--seed <n>', 'of the calls that are made; their order is the machine’s', wholeNumber, 1)
    .option('--recovery <seconds>', 'in which the gateway must be well after a fault', positive, 5)
    .option('--json', 'every round as JSON instead of the table', false);
  const seen = command
    .parse(args, { from: 'user' })
    .opts<Omit<Options, 'database'> & { database?: string }>();
  return { ...seen, database: seen.database ?? null };
}
