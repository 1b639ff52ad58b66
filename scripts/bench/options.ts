import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { workloadNames } from './workloads';
import { wholeNumber } from '../whole-number';

export interface Options {
  readonly images: number;
  readonly tags: number;
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly workloads: readonly string[];
  readonly subjects: readonly string[];
  readonly json: boolean;
  readonly glance?: string;
  readonly glanceToken?: string;
  readonly main: string;
  readonly against?: string;
  readonly againstImages?: number;
  readonly againstTags?: number;
}

const words = (text: string): string[] => text.split(',').filter((word) => word !== '');

const subjectNames = ['pgbench', 'token', 'signed', 'constant', 'against', 'glance'];

function someOf(known: readonly string[]): (text: string) => string[] {
  return (text) => {
    const unknown = words(text).filter((word) => !known.includes(word));
    if (unknown.length > 0) throw new InvalidArgumentError(`known are ${known.join(', ')}`);
    return words(text);
  };
}

/** Ends the process on --help and on options that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description(
      'Measures a throw-away gateway against pgbench, which runs the same statements with as many clients.\n' +
        'Needs wrk and pgbench (Debian: apt install wrk postgresql-15).',
    )
    .option('--images <n>', 'images to fill in', wholeNumber, 100_000)
    .option('--tags <n>', 'tags of each image', wholeNumber, 5)
    .option(
      '--connections <list>',
      'clients at once',
      (text) => words(text).map(wholeNumber),
      [1, 8, 32, 128],
    )
    .option('--rounds <n>', 'times each case is run, in turn with the others', wholeNumber, 3)
    .option('--seconds <n>', 'length of one run', wholeNumber, 4)
    .option('--workloads <list>', workloadNames.join(', '), someOf(workloadNames), [...workloadNames])
    .option('--subjects <list>', subjectNames.join(', '), someOf(subjectNames), subjectNames)
    .option('--quick', '32 connections, one round of a second, 20 000 images')
    .option('--json', 'every run as JSON instead of the table', false)
    .option('--glance <url>', 'a Glance to measure beside, such as http://127.0.0.1:19292')
    .option('--glance-token <token>', 'a token that may make images there')
    .option('--main <main.js>', 'the build of the gateway', join(__dirname, '../../dist/src/main.js'))
    .option('--against <main.js>', 'a second gateway from this build, in turn with the first')
    .option('--against-images <n>', 'images of the second gateway, when it differs in that', wholeNumber)
    .option('--against-tags <n>', 'tags of each of them', wholeNumber);
  const seen = command.parse(args, { from: 'user' }).opts<Options & { quick?: boolean }>();
  return seen.quick ? { ...seen, images: 20_000, connections: [32], rounds: 1, seconds: 1 } : seen;
}
