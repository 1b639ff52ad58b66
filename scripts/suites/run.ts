import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, leftovers, processesOf } from './leftovers';
import type { Runner } from './runners';

/** How long gateways and workers may take to notice that their runner is gone, and to end, on a busy machine. */
const leftoverTimeoutMs = 120_000;

export interface Run {
  readonly out: string;
  readonly seconds: number;
  /** Whether SIGKILL ended the runner: it was still alive then. */
  readonly isKilled: boolean;
  /** Whether a gateway was running at the end of the runner. */
  readonly hadGateway: boolean;
  /** s from the end of the runner until nothing of the run was left, or until the limit. */
  readonly secondsLeft: number;
  readonly left: readonly string[];
}

/** Runs a suite to its end, or kills its runner. */
export async function run(folder: string, runner: Runner, killAfterMs?: number): Promise<Run> {
  const mark = randomUUID();
  const temporary = join(folder, 'tmp', mark.slice(0, 8));
  mkdirSync(temporary, { recursive: true });
  const traces = { mark, temporary };
  const begun = performance.now();
  const child = spawn(runner.command, runner.args, {
    cwd: runner.cwd,
    env: { ...process.env, ...environment(folder, temporary), SUITES_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (out += String(chunk)));
  const closed = once(child, 'close');
  const killing =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await once(child, 'exit');
  clearTimeout(killing);
  const ended = performance.now();
  const hadGateway = processesOf(traces).some(({ command }) => command.includes('--ephemeral'));
  // Its output closes when the last process that inherited it ends.
  await Promise.race([closed, sleep(leftoverTimeoutMs, undefined, { ref: false })]);
  const left = await leftovers(traces, leftoverTimeoutMs);
  const secondsLeft = (performance.now() - ended) / 1_000;
  if (left.length > 0) killAll(traces);
  rmSync(temporary, { recursive: true, force: true });
  const isKilled = child.signalCode === 'SIGKILL';
  return { out, seconds: (ended - begun) / 1_000, isKilled, hadGateway, secondsLeft, left };
}

function environment(folder: string, temporary: string): Record<string, string> {
  return {
    TMPDIR: temporary,
    TAGWAY_CACHE_DIR: join(folder, 'cache'),
    GOFLAGS: '-mod=mod',
    GOPROXY: 'off',
    GOCACHE: join(folder, 'go-cache'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
