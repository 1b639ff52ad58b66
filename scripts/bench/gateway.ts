import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionSettings } from '../../src/storage/database/database';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { postgresFolders } from '../../src/postgres/state-folder';
import { people } from './site';

/** A throw-away gateway: its own state folder, default settings, its log in a file. */
export interface BenchGateway {
  readonly url: string;
  readonly pid: number;
  readonly postgresPid: number;
  readonly connection: Exclude<ConnectionSettings, string>;
  readonly token: string;
  stop(): Promise<void>;
}

const { project, user, password, access, secret } = people;

const seed = {
  projects: [{ id: project, name: 'bench' }],
  users: [{ name: user, password, roles: { bench: ['member'] } }],
  accessKeys: [{ access, secret, user, project: 'bench' }],
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** pgbench comes with up to 128 clients, and the server that a gateway starts has room for its own pool only. */
const most = 160;

function urlOf({ host, user: name, password: secret, database }: BenchGateway['connection']): string {
  return `postgresql://${name}:${secret}@localhost/${database}?host=${encodeURIComponent(host)}`;
}

/**
 * The embedded Postgres as the gateway starts it, with more connections, and a gateway on it.
 * @param main the built `main.js`
 */
export async function startGateway(main: string): Promise<BenchGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-bench-'));
  // As root the embedded Postgres runs under another account.
  chmodSync(folder, 0o755);
  const seedFile = join(folder, 'seed.json');
  writeFileSync(seedFile, JSON.stringify(seed));
  const log = join(folder, 'log');
  const state = join(folder, 'state');
  const postgres = await startEmbeddedPostgres({ stateDir: state, log: quiet, maxConnections: most });
  const { connection } = postgres;
  const child = spawn(process.execPath, [...nodeOptions(), main], {
    env: {
      ...settings(),
      TAGWAY_STATE_DIR: state,
      TAGWAY_SEED: seedFile,
      TAGWAY_PORT: '0',
      DATABASE_URL: urlOf(connection),
    },
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
  });
  const url = await readyUrl(child, log);
  const { data } = postgresFolders(state);
  return {
    url,
    pid: child.pid ?? 0,
    postgresPid: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    connection,
    token: await signIn(url),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Options for the gateway's Node, such as --cpu-prof. */
function nodeOptions(): string[] {
  return (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter((option) => option !== '');
}

/** Only settings that were meant for the gateway under test: BENCH_TAGWAY_BATCHING=off and the like. */
function settings(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TAGWAY_|DATABASE_URL$|OS_)/.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name.replace(/^BENCH_TAGWAY_/, 'TAGWAY_'), value]));
}

async function readyUrl(child: ChildProcess, log: string): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /^Tagway is ready at (\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => {
      reject(new Error(`the gateway ended before it was ready:\n${text}${readFileSync(log, 'utf8')}`));
    });
  });
}

async function signIn(url: string): Promise<string> {
  const auth = {
    identity: {
      methods: ['password'],
      password: { user: { name: user, domain: { id: 'default' }, password } },
    },
    scope: { project: { name: 'bench', domain: { id: 'default' } } },
  };
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ auth }),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`no token: ${String(answer.status)} ${await answer.text()}`);
  return token;
}
