import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, signal } from '../torture/processes';
import { ask, ordinaryAccount, programs, until } from './postgres-tools';
import { freePort } from './proxy';

export interface CitusNode {
  readonly name: string;
  readonly port: number;
  process: ChildProcess;
}

const names = ['coordinator', 'worker1', 'worker2'];

/** ms */
const slow = 60_000;

/**
 * `wal_level` and prepared transactions as Citus wants them. A transaction of two phases whose coordinator died is
 * ended by it after `recover_2pc_interval`, a minute by itself.
 */
const settings = (port: number, home: string): string => `
port = ${String(port)}
listen_addresses = '127.0.0.1'
unix_socket_directories = '${home}'
shared_preload_libraries = 'citus'
max_connections = 200
wal_level = logical
shared_buffers = 256MB
max_wal_size = 2GB
max_prepared_transactions = 400
citus.max_client_connections = -1
citus.recover_2pc_interval = 10s
`;

/** A coordinator of Citus with two workers, on this machine. */
export class CitusCluster {
  readonly nodes: CitusNode[] = [];

  private constructor(private readonly home: string) {}

  static reasonAgainst(): string | null {
    return existsSync(join(programs, '../lib/citus.so'))
      ? null
      : 'It needs Citus for postgresql-15, built from its repository at a tag of 12.1.';
  }

  static async start(folder: string): Promise<CitusCluster> {
    const home = join(folder, 'citus');
    mkdirSync(home);
    const account = ordinaryAccount();
    if (account) chownSync(home, account.uid, account.gid);
    chmodSync(home, 0o755);
    const cluster = new CitusCluster(home);
    // No server ends with this process.
    process.once('exit', () => {
      cluster.killAll();
    });
    try {
      for (const name of names) await cluster.add(name);
      await cluster.bringTogether();
      return cluster;
    } catch (error) {
      const said = names.map((name) => cluster.said(name)).join('\n');
      await cluster.stop();
      throw new Error(`Citus did not start:\n${said}`, { cause: error });
    }
  }

  /** Of the coordinator, for DATABASE_URL. */
  get url(): string {
    return this.urlOf('coordinator');
  }

  urlOf(name: string): string {
    return `postgresql://postgres@127.0.0.1:${String(this.node(name).port)}/tagway?sslmode=disable`;
  }

  /** The worker that has the project's shards. */
  async workerOf(project: string): Promise<string> {
    const text = `select nodeport from pg_dist_shard_placement
      where shardid = get_shard_id_for_distribution_column('images', '${project}')`;
    const [row] = await ask<{ nodeport: string }>(this.url, text);
    return this.nodes.find(({ port }) => port === Number(row?.nodeport))?.name ?? '';
  }

  /** How many transactions of two phases wait for their end. */
  async prepared(): Promise<number> {
    const text = 'select count(*)::int as count from pg_prepared_xacts';
    const counts = names.map(
      async (name) => (await ask<{ count: number }>(this.urlOf(name), text))[0]?.count,
    );
    return (await Promise.all(counts)).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }

  /** The server with every process of it. */
  signal(name: string, how: NodeJS.Signals): void {
    signal(familyOf(this.node(name).process.pid ?? 0), how);
  }

  /** What a service manager would do to a server that was killed. */
  startAgain(name: string): void {
    this.node(name).process = this.run(name);
  }

  untilUp(name: string): Promise<void> {
    return until(
      async () => (await ask(this.urlOf(name), 'select 1')).length === 1,
      `${name} does not answer`,
    );
  }

  async stop(): Promise<void> {
    this.killAll();
    await until(
      () =>
        this.nodes.every(({ process: { exitCode, signalCode } }) => exitCode !== null || signalCode !== null),
      'a server did not end',
    );
    // Their numbers may be others' by the end of this process.
    this.nodes.length = 0;
  }

  private killAll(): void {
    for (const { name } of this.nodes) this.signal(name, 'SIGKILL');
  }

  private node(name: string): CitusNode {
    const found = this.nodes.find((node) => node.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  private async add(name: string): Promise<void> {
    const [data, port] = [join(this.home, name), await freePort()];
    const how = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'];
    execFileSync(join(programs, 'initdb'), how, { stdio: 'ignore', cwd: this.home, ...ordinaryAccount() });
    appendFileSync(join(data, 'postgresql.conf'), settings(port, this.home));
    this.nodes.push({ name, port, process: this.run(name) });
    const server = this.urlOf(name).replace('/tagway?', '/postgres?');
    await until(async () => (await ask(server, 'select 1')).length === 1, `${name} does not answer`);
    await ask(server, 'create database tagway', slow);
    await ask(this.urlOf(name), 'create extension citus', slow);
  }

  private async bringTogether(): Promise<void> {
    const [coordinator, ...workers] = this.nodes;
    await ask(this.url, `select citus_set_coordinator_host('127.0.0.1', ${String(coordinator?.port)})`, slow);
    for (const { port } of workers)
      await ask(this.url, `select citus_add_node('127.0.0.1', ${String(port)})`, slow);
  }

  private run(name: string): ChildProcess {
    const log = openSync(join(this.home, `${name}.log`), 'a');
    const child = spawn(join(programs, 'postgres'), ['-D', join(this.home, name)], {
      cwd: this.home,
      env: { PATH: `${programs}:/usr/bin:/bin`, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', log, log],
      ...ordinaryAccount(),
    });
    child.on('error', () => undefined);
    return child;
  }

  private said(name: string): string {
    const file = join(this.home, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2_000) : '';
  }
}
