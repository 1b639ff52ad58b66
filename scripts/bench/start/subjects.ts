import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Build } from '../builds';

/** What is timed, in ms. */
export interface Subject {
  readonly name: string;
  readonly run: (build: Build) => Promise<number>;
}

export const subjects = (beside: number): readonly Subject[] => [
  { name: 'tagway --help', run: ({ checkout }) => untilEnd([cliOf(checkout), '--help']) },
  { name: 'tagway --ephemeral', run: (build) => untilReady(build, ephemeral(build), stopAlone) },
  { name: 'node dist/src/main.js', run: (build) => untilReady(build, main(build), stopAlone) },
  { name: 'npm start', run: (build) => untilReady(build, ['npm', 'start'], stopGroup) },
  {
    name: `${String(beside)} ephemeral at once`,
    run: async (build) => {
      const all = Array.from({ length: beside }, () => untilReady(build, ephemeral(build), stopAlone));
      return Math.max(...(await Promise.all(all)));
    },
  },
];

/** Node alone, which every other time is a multiple of. */
export function bareNode(): Promise<number> {
  return untilEnd(['-e', '0']);
}

const cliOf = (checkout: string): string => join(checkout, 'dist/src/cli.js');
const ephemeral = ({ checkout }: Build): string[] => [process.execPath, cliOf(checkout), '--ephemeral'];
const main = ({ checkout }: Build): string[] => [process.execPath, join(checkout, 'dist/src/main.js')];

function untilEnd(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(performance.now() - begun);
      else reject(new Error(`node ${args.join(' ')} ended with ${String(code)}`));
    });
  });
}

const stopAlone = (child: ChildProcess): boolean => child.kill('SIGTERM');
/** As a terminal does: npm forwards no signal to its shell's child. */
const stopGroup = ({ pid = 0 }: ChildProcess): boolean => process.kill(-pid, 'SIGINT');

/** Until its line on standard output; the stop is waited for and not counted. */
async function untilReady(
  { checkout, folder }: Build,
  [command = '', ...args]: readonly string[],
  stop: (child: ChildProcess) => boolean,
): Promise<number> {
  const own = Object.entries(process.env).filter(([name]) => !/^(TAGWAY_|DATABASE_URL$|OS_)/.test(name));
  const settings = {
    TAGWAY_CACHE_DIR: join(folder, 'cache'),
    TAGWAY_STATE_DIR: join(folder, 'state'),
    TAGWAY_PORT: '0',
  };
  const begun = performance.now();
  const child = spawn(command, args, {
    cwd: checkout,
    env: { ...Object.fromEntries(own), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const milliseconds = await readyAfter(child, begun);
  stop(child);
  await ended;
  return milliseconds;
}

function readyAfter(child: ChildProcess, begun: number): Promise<number> {
  let [out, err] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => (err += String(chunk)));
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      out += String(chunk);
      if (/^(\{"url"|Tagway is ready)/m.test(out)) resolve(performance.now() - begun);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      reject(new Error(`it ended with ${String(code)} before it was ready:\n${out}${err}`));
    });
  });
}
