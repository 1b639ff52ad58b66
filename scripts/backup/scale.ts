import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../../src/storage/migrator';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { fill } from '../bench/fill';
import { siteOf } from '../bench/site';

/*
 * Exports a filled database, imports it into another one, exports that, and compares: minutes and memory of each.
 * `npm run backup:scale -- --images 1000000 --tags 5`; with --break the import is killed on its way and resumed.
 */

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '1000000' },
    tags: { type: 'string', default: '5' },
    break: { type: 'boolean', default: false },
    cli: { type: 'string', default: join(__dirname, '../../dist/src/cli.js') },
  },
});

/** MiB of memory that none of the commands may reach. */
const most = 300;

interface Ran {
  readonly seconds: number;
  /** MiB */
  readonly peak: number;
  readonly ended: number | null;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** @param killAfter rows that progress reports before the command is killed */
async function tagway(stateDir: string, args: readonly string[], killAfter = Infinity): Promise<Ran> {
  const begun = performance.now();
  const kept = Object.entries(process.env).filter(([name]) => !/^(TAGWAY_|DATABASE_URL$|OS_|PG)/.test(name));
  const child = spawn(process.execPath, [options.cli, ...args], {
    env: { ...Object.fromEntries(kept), TAGWAY_STATE_DIR: stateDir },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(`    ${chunk.toString()}`);
    if (parseInt(chunk.toString(), 10) >= killAfter) child.kill('SIGKILL');
  });
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child))), 100);
  const [ended] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  return { seconds: (performance.now() - begun) / 1000, peak, ended };
}

/** MiB that the process has used at most, as Linux counts them. */
function peakOf({ pid }: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Of everything after the first line, which has the time. */
async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  let rest = false;
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    const start: number = rest ? 0 : chunk.indexOf(10) + 1;
    rest ||= start > 0;
    if (rest) hash.update(chunk.subarray(start));
  }
  return hash.digest('hex');
}

async function fillOne(stateDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ stateDir, log: quiet });
  try {
    await migrate(postgres.connection);
    await fill(postgres.connection, siteOf(Number(options.images), Number(options.tags)));
  } finally {
    await postgres.stop();
  }
}

async function importInto(stateDir: string, file: string): Promise<Ran> {
  if (!options.break) return tagway(stateDir, ['import', file]);
  const broken = await tagway(stateDir, ['import', file], Number(options.images));
  const rest = await tagway(stateDir, ['import', '--resume', file]);
  const peak = Math.max(broken.peak, rest.peak);
  return { seconds: broken.seconds + rest.seconds, peak, ended: broken.ended === null ? rest.ended : -1 };
}

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-backup-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    const [before, after] = [join(folder, 'before.ndjson'), join(folder, 'after.ndjson')];
    // As root the embedded Postgres runs under another account, which must reach its data.
    chmodSync(folder, 0o755);
    console.log(`filling ${options.images} images with ${options.tags} tags each`);
    await fillOne(from);
    const ran = {
      export: await tagway(from, ['export', '--output', before]),
      [options.break ? 'import, killed once and resumed' : 'import']: await importInto(to, before),
      'export of the copy': await tagway(to, ['export', '--output', after]),
    };
    const same = (await sumOf(before)) === (await sumOf(after));
    console.log(`\nfile: ${(statSync(before).size / 2 ** 20).toFixed(0)} MiB\n`);
    console.log('| command | minutes | peak memory, MiB |\n| --- | ---: | ---: |');
    for (const [name, { seconds, peak }] of Object.entries(ran)) {
      console.log(`| ${name} | ${(seconds / 60).toFixed(1)} | ${peak.toFixed(0)} |`);
    }
    console.log(`\nthe two exports are ${same ? 'identical' : 'NOT identical'} after their first lines`);
    return same && Object.values(ran).every(({ ended, peak }) => ended === 0 && peak < most);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
