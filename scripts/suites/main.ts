/**
 * npm run suites [-- --runs 20 --kills 50]: from an empty folder with the packed tarball, suites of five tests for each
 * runner on four workers and one gateway, again and again; then runners that are killed at any moment. Nothing may be
 * left running.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { leftovers } from './leftovers';
import { emptyFolder, pythonIn, type Runner, runnersIn } from './runners';

/** How long a gateway may need to notice that its runner is gone, on a busy machine. */
const leftoverTimeoutMs = 30_000;

interface Run {
  readonly out: string;
  readonly seconds: number;
  readonly left: readonly string[];
}

async function run(folder: string, runner: Runner, killAfterMs?: number): Promise<Run> {
  const mark = `SUITES_MARK=${randomUUID()}`;
  const temporary = join(folder, 'tmp', mark.slice(12, 20));
  mkdirSync(temporary);
  const [name = '', value] = mark.split('=');
  const env = {
    ...process.env,
    ...{ [name]: value, TMPDIR: temporary, TAGWAY_CACHE_DIR: join(folder, 'cache') },
    ...{
      GOFLAGS: '-mod=mod',
      GOPROXY: 'off',
      GOCACHE: join(folder, 'go-cache'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  };
  const begun = performance.now();
  const child = spawn(runner.command, runner.args, {
    cwd: runner.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (out += String(text)));
  const ended = once(child, 'exit');
  if (killAfterMs !== undefined) void sleep(killAfterMs).then(() => child.kill('SIGKILL'));
  await ended;
  const seconds = (performance.now() - begun) / 1_000;
  const left = await leftovers(mark, temporary, leftoverTimeoutMs);
  rmSync(temporary, { recursive: true, force: true });
  return { out, seconds, left };
}

async function repeated(folder: string, runner: Runner, runs: number): Promise<number> {
  const times: number[] = [];
  for (let number = 1; number <= runs; number++) {
    const { out, seconds, left } = await run(folder, runner);
    if (!runner.green.test(out) || left.length > 0) {
      throw new Error(`${runner.name}, run ${String(number)}: left ${left.join('; ') || 'nothing'}\n${out}`);
    }
    times.push(seconds);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  console.log(`${runner.name}: green ${String(runs)} times, median ${median.toFixed(1)} s, nothing left`);
  return median;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '20' }, kills: { type: 'string', default: '50' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'tagway-suites-'));
  // For root, Postgres runs under another account, which must reach its data.
  chmodSync(folder, 0o755);
  try {
    emptyFolder(folder);
    const runners = runnersIn(folder, pythonIn(folder));
    const medians = new Map<Runner, number>();
    for (const runner of runners) medians.set(runner, await repeated(folder, runner, Number(values.runs)));
    for (let kill = 0; kill < Number(values.kills); kill++) {
      const runner = runners[kill % runners.length];
      if (!runner) break;
      const after = Math.random() * (medians.get(runner) ?? 1) * 1_000;
      const { left } = await run(folder, runner, after);
      if (left.length > 0)
        throw new Error(`${runner.name}, killed after ${after.toFixed(0)} ms, left ${left.join('; ')}`);
    }
    console.log(`killed ${values.kills} times at random moments: nothing left`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
