import { join } from 'node:path';
import { Command } from 'commander';
import { fill } from '../bench/fill';
import { type BenchGateway, startGateway } from '../bench/gateway';
import { siteOf } from '../bench/site';
import type { Curve, Spread } from './runs';
import { type Sender, startSender } from './sender';

/** Method and path; `{image}` and `{n}` as in a sender's job. */
const workloads: Readonly<Record<string, readonly [method: string, path: string]>> = {
  list: ['GET', '/v2/images?tag=build%3Dv7'],
  put: ['PUT', '/v2/images/{image}/tags/load-{n}'],
};

interface Options {
  readonly seconds: string;
  readonly times: string;
  readonly workloads: string;
  readonly images: string;
  readonly connections: string;
}

const options = new Command('npm run overload --')
  .description(
    'Sends a throw-away gateway more than it can do and shows what becomes of it: what is let in, how long that\n' +
      'takes, and how fast the rest is rejected. Requests come at their rate whether answers come or not, and their\n' +
      'time runs from when they were due. Other settings for the gateway: BENCH_TAGWAY_TARGET_WAIT=500 and the like.',
  )
  .option('--seconds <n>', 'length of one run', '10')
  .option(
    '--times <list>',
    'rates, as multiples of what 32 clients get who wait for their answers',
    '0.5,1,2,10',
  )
  .option('--workloads <list>', `of ${Object.keys(workloads).join(', ')}`, 'list,put')
  .option('--images <n>', 'images to fill in, with 5 tags each', '20000')
  .option(
    '--connections <n>',
    'connections at most; what is due when all wait for answers is not sent',
    '2000',
  )
  .parse()
  .opts<Options>();

const main = join(__dirname, '../../dist/src/main.js');

const columns = ['times', 'offered/s', 'served/s', 'p50 ms', 'p99 ms', 'refused/s', 'p50 ms', 'p99 ms'];
const moreColumns = ['unsent/s', 'failed', 'longest ms', 'late p99'];

const line = (cells: readonly string[]): string => `${cells.map((cell) => cell.padStart(10)).join(' ')}\n`;

function row(
  times: number,
  seconds: number,
  { offered, unsent, served, refused, failed, late }: Curve,
): string {
  const cells = ({ count, median, p99 }: Spread): string[] => [
    (count / seconds).toFixed(0),
    median.toFixed(1),
    p99.toFixed(1),
  ];
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
  const longest = Math.max(served.longest, refused.longest).toFixed(0);
  const head = [String(times), (offered / seconds).toFixed(0), ...cells(served), ...cells(refused)];
  return line([...head, (unsent / seconds).toFixed(0), String(failures), longest, late.p99.toFixed(1)]);
}

/** @returns whether each request had an answer that it may have */
async function measure(gateway: BenchGateway, sender: Sender, name: string): Promise<boolean> {
  const [method, path] = workloads[name] ?? [];
  if (method === undefined || path === undefined) throw new Error(`there is no workload ${name}`);
  const job = {
    port: Number(new URL(gateway.url).port),
    connections: Number(options.connections),
    token: gateway.token,
    images: Number(options.images),
    method,
    path,
  };
  await sender.run({ ...job, clients: 32, milliseconds: 3000 });
  const { served } = await sender.run({ ...job, clients: 32, milliseconds: 5000 });
  const sustainable = served.count / 5;
  process.stdout.write(`\n${method} ${path}: 32 clients get ${sustainable.toFixed(0)}/s\n`);
  process.stdout.write(line([...columns, ...moreColumns]));
  const seconds = Number(options.seconds);
  let well = true;
  for (const times of options.times.split(',').map(Number)) {
    const curve = await sender.run({ ...job, rate: sustainable * times, milliseconds: seconds * 1000 });
    process.stdout.write(row(times, seconds, curve));
    for (const [reason, count] of Object.entries(curve.failed)) {
      well = false;
      process.stdout.write(`  ${String(count)} times: ${reason}\n`);
    }
  }
  return well;
}

async function overload(): Promise<void> {
  const gateway = await startGateway(main);
  const sender = startSender();
  try {
    await fill(gateway.connection, siteOf(Number(options.images), 5));
    for (const name of options.workloads.split(',')) {
      if (!(await measure(gateway, sender, name))) process.exitCode = 1;
    }
  } finally {
    sender.stop();
    await gateway.stop();
  }
}

overload().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
