/** npm run suites -- --help */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../test/support/random';
import { median } from '../bench/report';
import { readOptions } from './options';
import { type Run, run } from './run';
import { emptyFolder, type Runner, runnersIn } from './runners';

/** A runner that ends before its kill is tried again, but not for ever. */
const mostMisses = 20;

async function repeat(folder: string, runner: Runner, runs: number): Promise<number> {
  const times: number[] = [];
  // The first one fills caches: Go compiles its libraries.
  for (let number = 0; number <= runs; number++) {
    const { out, seconds, left } = await run(folder, runner);
    if (!runner.green.test(out) || left.length > 0) {
      const rest = left.join('; ') || 'nothing';
      throw new Error(`${runner.name}, run ${String(number)} of ${String(runs)}: left ${rest}\n${out}`);
    }
    if (number > 0) times.push(seconds);
  }
  const middle = median(times);
  console.log(`${runner.name}: green ${String(runs)} times, median ${middle.toFixed(1)} s, nothing left`);
  return middle;
}

interface Kill {
  readonly runner: Runner;
  readonly afterMs: number;
  readonly run: Run;
}

/** @param medians s that each takes when it is not killed */
async function killAtRandom(
  folder: string,
  medians: ReadonlyMap<Runner, number>,
  kills: number,
  random: Random,
): Promise<Kill[]> {
  const runners = [...medians.keys()];
  const made: Kill[] = [];
  let misses = 0;
  while (made.length < kills) {
    const runner = runners[made.length % runners.length];
    if (!runner) throw new Error('there is no runner to kill');
    const afterMs = random.next() * (medians.get(runner) ?? 0) * 1_000;
    const killed = await run(folder, runner, afterMs);
    if (!killed.isKilled) {
      if (++misses > mostMisses)
        throw new Error(`${runner.name} ended ${String(misses)} times before its kill`);
      continue;
    }
    made.push({ runner, afterMs, run: killed });
    if (killed.left.length > 0) console.log(`${sentence(runner, afterMs)} left ${killed.left.join('; ')}`);
  }
  return made;
}

function sentence({ name }: Runner, afterMs: number): string {
  return `${name}, killed after ${afterMs.toFixed(0)} ms,`;
}

/** @returns whether nothing was left */
function report(made: readonly Kill[], runners: readonly Runner[]): boolean {
  for (const runner of runners) {
    const own = made.filter((kill) => kill.runner === runner).map((kill) => kill.run);
    const beside = own.filter(({ hadGateway }) => hadGateway).length;
    const bad = own.filter(({ left }) => left.length > 0).length;
    const longest = Math.max(0, ...own.map(({ secondsLeft }) => secondsLeft));
    console.log(
      `${runner.name}: killed ${String(own.length)} times, ${String(beside)} of them with a gateway running; ` +
        `${bad === 0 ? 'nothing' : `something in ${String(bad)}`} left after at most ${longest.toFixed(1)} s`,
    );
  }
  return made.every(({ run: { left } }) => left.length === 0);
}

async function main(): Promise<void> {
  const { runs, kills, seed, runners: wanted } = readOptions(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'tagway-suites-'));
  // For root, Postgres runs under another account, which must reach its data.
  chmodSync(folder, 0o755);
  try {
    emptyFolder(folder);
    const runners = runnersIn(folder, wanted);
    const medians = new Map<Runner, number>();
    for (const runner of runners) medians.set(runner, await repeat(folder, runner, runs));
    if (kills === 0) return;
    console.log(`killing with --seed ${String(seed)}`);
    const made = await killAtRandom(folder, medians, kills, new Random(seed));
    if (!report(made, runners)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
