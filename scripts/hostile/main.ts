import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { attacksNamed, begin } from './attacks';
import { type Fare, fareOf } from './bystander';

/** What must hold while an attack runs (ms, MiB); in the short form on a machine that others use, too. */
const allBounds = {
  whole: { seconds: 10, worst: 1_000, median: 100, megabytes: 400 },
  short: { seconds: 3, worst: 10_000, median: 1_000, megabytes: 450 },
} as const;

const options = new Command('npm run hostile --')
  .description(
    'Plays each attack against a gateway of its own while another project writes and reads, and fails unless that\n' +
      'project has its answers within a second (median 100 ms) without a 5xx, /readyz too, within 400 MiB of memory.',
  )
  .option('--seconds <n>', 'length of each attack; 10 unless given')
  .option(
    '--short',
    'for a build machine: 3 seconds each, and times that a busy machine keeps (10 s, median 1 s, 450 MiB)',
    false,
  )
  .option('--only <text>', 'attacks whose name contains it', '')
  .parse()
  .opts<{ seconds?: string; short: boolean; only: string }>();

const bounds = allBounds[options.short ? 'short' : 'whole'];

const password = 'a password of the hostile run';
const access = 'AKHOSTILEEXAMPLE0001';
const image = '67e17426-359e-49fb-aa12-0bd1756ec240';
const seed = {
  projects: [{ name: 'attacked-from' }, { name: 'bystander' }],
  users: [
    { name: 'attacker', password, roles: { 'attacked-from': ['member'] } },
    { name: 'victim', password, roles: { bystander: ['member'] } },
  ],
  accessKeys: [
    { access, secret: 'SKhostileExample000000000000000000000001', user: 'victim', project: 'bystander' },
  ],
  images: [{ id: image, name: 'watched', project: 'bystander', visibility: 'private' }],
};

async function startGateway(
  settings: Readonly<Record<string, string>> = {},
): Promise<{ port: number; pid: number; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-hostile-'));
  // As root the embedded Postgres runs under another account.
  chmodSync(folder, 0o755);
  const seedFile = join(folder, 'seed.json');
  writeFileSync(seedFile, JSON.stringify(seed));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TAGWAY_|DATABASE_URL$)/.test(name));
  const own = { TAGWAY_STATE_DIR: join(folder, 'state'), TAGWAY_SEED: seedFile, TAGWAY_PORT: '0' };
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js')], {
    env: { ...Object.fromEntries(inherited), ...own, TAGWAY_LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => {
      reject(new Error(`the gateway ended (${String(code)})`));
    });
    child.stdout.on('data', (piece: Buffer) => {
      said += String(piece);
      const found = /^Tagway is ready at http:\/\/[^:]+:(\d+)$/m.exec(said);
      if (found) resolve(Number(found[1]));
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, pid: child.pid ?? 0, stop };
}

async function signIn(port: number, user: string, project: string): Promise<string> {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: user, domain, password } } };
  const auth = { identity, scope: { project: { name: project, domain } } };
  const answer = await fetch(`http://127.0.0.1:${String(port)}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  return token;
}

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const worst = (times: readonly number[]): number => Math.max(0, ...times);

function report(name: string, fare: Fare): boolean {
  const cell = (value: number): string => value.toFixed(0).padStart(9);
  const kinds = [fare.writes, fare.shows, fare.probes];
  const cells = kinds.flatMap((times) => [cell(median(times)), cell(worst(times))]);
  const holds =
    kinds.every((times) => worst(times) < bounds.worst && median(times) < bounds.median) &&
    fare.failures.length === 0 &&
    fare.peakMegabytes < bounds.megabytes;
  const line = [
    name.padEnd(34),
    ...cells,
    String(fare.failures.length).padStart(7),
    cell(fare.peakMegabytes),
  ];
  process.stdout.write(`${line.join(' ')}  ${holds ? 'holds' : 'FAILS'}\n`);
  for (const failure of new Set(fare.failures)) process.stdout.write(`    ${failure}\n`);
  return holds;
}

async function main(): Promise<void> {
  const heads = ['writes', 'worst', 'shows', 'worst', '/readyz', 'worst'].map((head) => head.padStart(9));
  process.stdout.write(`${['attack'.padEnd(34), ...heads, ' failed', '  MiB max'].join(' ')}\n`);
  let holds = true;
  for (const attack of attacksNamed(options.only)) {
    // One each: memory that an attack has taken may stay.
    const { port, pid, stop } = await startGateway(attack.settings);
    try {
      const target = { port, access, token: await signIn(port, 'attacker', 'attacked-from') };
      const bystander = { port, pid, image, token: await signIn(port, 'victim', 'bystander') };
      await attack.prepare?.(target);
      const end = begin(attack, target);
      const fare = await fareOf(bystander, Number(options.seconds ?? bounds.seconds));
      end();
      const fault = await attack.judge?.(target).catch((error: unknown) => String(error));
      holds = report(attack.name, fare) && fault === undefined && holds;
      if (fault !== undefined) process.stdout.write(`    ${fault}\n`);
    } finally {
      await stop();
    }
  }
  process.exitCode = holds ? 0 : 1;
}

void main();
