import { join } from 'node:path';
import { Command } from 'commander';
import { fill } from '../bench/fill';
import { type BenchGateway, startGateway } from '../bench/gateway';
import { siteOf } from '../bench/site';
import { closedLoop, type Curve, openLoop, type Target } from './open-loop';

interface Options {
  readonly seconds: string;
  readonly times: string;
  readonly path: string;
  readonly images: string;
  readonly limits: string;
}

const options = new Command('npm run overload --')
  .description(
    'Sends a throw-away gateway more than it can do and shows what becomes of it: what is let in, how long that\n' +
      'takes, and how fast the rest is sent away. Requests come at their rate whether answers come or not.',
  )
  .option('--seconds <n>', 'length of one run', '10')
  .option(
    '--times <list>',
    'rates, as multiples of what 32 clients get who wait for their answers',
    '0.5,1,2,10',
  )
  .option('--path <path>', 'what is asked for', '/v2/images?tag=build%3Dv7')
  .option('--images <n>', 'images to fill in, with 5 tags each', '20000')
  .option('--limits <list>', 'values of TAGWAY_MAX_CONCURRENT to try', '1000,100')
  .parse()
  .opts<Options>();

const numbers = (list: string): number[] => list.split(',').map(Number);
const main = join(__dirname, '../../dist/src/main.js');

const columns = [
  'times',
  'offered/s',
  'served/s',
  'p50 ms',
  'p99 ms',
  'refused/s',
  'p50 ms',
  'p99 ms',
  'failed',
  'longest ms',
];

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function row(times: number, seconds: number, { offered, served, refused, failed }: Curve): string {
  const spread = (sorted: readonly number[]): number[] => [
    sorted.length / seconds,
    at(sorted, 0.5),
    at(sorted, 0.99),
  ];
  const longest = Math.max(served.at(-1) ?? 0, refused.at(-1) ?? 0);
  const figures = [offered / seconds, ...spread(served), ...spread(refused), failed.length, longest];
  return [String(times), ...figures.map((figure) => figure.toFixed(0))]
    .map((text) => text.padStart(10))
    .join(' ');
}

async function run(gateway: BenchGateway, limit: number): Promise<boolean> {
  const target: Target = {
    port: Number(new URL(gateway.url).port),
    path: options.path,
    token: gateway.token,
  };
  await closedLoop(target, 32, 2000);
  const sustainable = await closedLoop(target, 32, 5000);
  process.stdout.write(
    `\nTAGWAY_MAX_CONCURRENT=${String(limit)}: 32 clients get ${sustainable.toFixed(0)}/s\n`,
  );
  process.stdout.write(`${columns.map((name) => name.padStart(10)).join(' ')}\n`);
  const seconds = Number(options.seconds);
  let wrong = false;
  for (const times of numbers(options.times)) {
    const curve = await openLoop(target, sustainable * times, seconds * 1000);
    process.stdout.write(`${row(times, seconds, curve)}\n`);
    if (curve.failed.length > 0) {
      wrong = true;
      process.stdout.write(`  ${[...new Set(curve.failed)].join('; ')}\n`);
    }
  }
  return wrong;
}

async function overload(): Promise<void> {
  let wrong = false;
  for (const limit of numbers(options.limits)) {
    process.env['BENCH_TAGWAY_MAX_CONCURRENT'] = String(limit);
    const gateway = await startGateway(main);
    try {
      await fill(gateway.connection, siteOf(Number(options.images), 5));
      wrong = (await run(gateway, limit)) || wrong;
    } finally {
      await gateway.stop();
    }
  }
  if (wrong) process.exitCode = 1;
}

overload().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
