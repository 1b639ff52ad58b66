import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, signal } from '../torture/processes';
import { ask, ordinaryAccount, programs, until } from './postgres-tools';
import { freePort } from './proxy';

/**
 * How soon the monitor takes a node for dead, and how long it then waits for it to have stopped before another one
 * is promoted. Its own defaults are for networks that stutter: twenty seconds and thirty.
 */
const monitorSettings: Readonly<Record<string, string>> = {
  'pgautofailover.health_check_period': '1s',
  'pgautofailover.health_check_timeout': '1s',
  'pgautofailover.health_check_max_retries': '1',
  'pgautofailover.health_check_retry_delay': '500ms',
  'pgautofailover.node_considered_unhealthy_timeout': '3s',
  'pgautofailover.primary_demote_timeout': '5s',
};

interface Node {
  readonly name: string;
  readonly port: number;
  process: ChildProcess;
}

/** A monitor and two nodes of pg_auto_failover on this machine: each change is on both before it is acknowledged. */
export class AutoFailover {
  private readonly nodes: Node[] = [];
  private monitor: Node | undefined;

  private constructor(private readonly home: string) {}

  static reasonAgainst(): string | null {
    const isThere = existsSync('/usr/bin/pg_autoctl') && existsSync(join(programs, 'postgres'));
    return isThere
      ? null
      : 'It needs pg_auto_failover: apt-get install pg-auto-failover-cli postgresql-15-auto-failover';
  }

  static async start(folder: string): Promise<AutoFailover> {
    const home = join(folder, 'failover');
    const cluster = new AutoFailover(home);
    mkdirSync(join(home, 'run'), { recursive: true });
    const account = ordinaryAccount();
    for (const each of account ? [home, join(home, 'run')] : [])
      chownSync(each, account?.uid ?? 0, account?.gid ?? 0);
    chmodSync(home, 0o755);
    try {
      await cluster.startAll();
      return cluster;
    } catch (error) {
      const said = cluster.said();
      await cluster.stop();
      throw new Error(`pg_auto_failover did not start:\n${said}`, { cause: error });
    }
  }

  /** Of both nodes, for DATABASE_URL. */
  get url(): string {
    const hosts = this.nodes.map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
    return `postgresql://tagway@${hosts}/tagway?sslmode=disable`;
  }

  /** Waits until one node is the primary and the other one follows it. */
  async untilWhole(): Promise<void> {
    const wanted = 'primary secondary';
    await until(async () => {
      const text = 'select reportedstate::text as state from pgautofailover.node order by 1';
      const rows = await ask<{ state: string }>(this.monitorUrl(), text);
      return rows.map(({ state }) => state).join(' ') === wanted;
    }, 'the two nodes did not find together');
  }

  /** Kills the primary with all its processes, and those that would start it again. @returns its name */
  async killPrimary(): Promise<string> {
    for (const node of this.nodes) {
      const text = 'select pg_is_in_recovery() as standby';
      const [row] = await ask<{ standby: boolean }>(urlOf(node.port, 'tagway', 'tagway'), text).catch(
        () => [],
      );
      if (row?.standby !== false) continue;
      // The postmaster is no child of what keeps it alive for long, so it is found by its own file as well.
      const family = [...familyOf(node.process.pid ?? 0), ...familyOf(this.postmasterOf(node.name))];
      signal([...new Set(family)], 'SIGKILL');
      return node.name;
    }
    throw new Error('there is no primary to kill');
  }

  /** What a service manager would do to the node that was killed. */
  startAgain(name: string): void {
    const node = this.nodes.find((one) => one.name === name);
    if (node) node.process = this.autoctl(name, ['run']);
  }

  async stop(): Promise<void> {
    const all = [...this.nodes, ...(this.monitor ? [this.monitor] : [])];
    for (const { process: child } of all) if (child.exitCode === null) child.kill('SIGINT');
    await until(() => all.every(isOver), 'pg_autoctl did not end', 20_000).catch(() => {
      for (const { process: child } of all) signal(familyOf(child.pid ?? 0), 'SIGKILL');
    });
  }

  private async startAll(): Promise<void> {
    this.monitor = await this.create('monitor', ['monitor']);
    await until(
      async () => (await ask(this.monitorUrl(), 'select 1').catch(() => [])).length === 1,
      'the monitor does not answer',
    );
    const superuser = urlOf(this.monitor.port, 'postgres', 'postgres').replace(
      'postgres@',
      `${accountName()}@`,
    );
    for (const [name, value] of Object.entries(monitorSettings))
      await ask(superuser, `alter system set ${name} = '${value}'`);
    await ask(superuser, 'select pg_reload_conf()');
    for (const name of ['a', 'b']) {
      const of = ['--name', name, '--listen', '127.0.0.1', '--username', 'tagway', '--dbname', 'tagway'];
      this.nodes.push(await this.create(name, ['postgres', ...of, '--monitor', this.monitorUrl()]));
      // The first is to be the primary: the second copies it.
      await until(async () => {
        const rows = await ask(this.monitorUrl(), 'select 1 from pgautofailover.node');
        return rows.length === this.nodes.length;
      }, `the node ${name} does not come`);
    }
    await this.untilWhole();
  }

  private monitorUrl(): string {
    return urlOf(this.monitor?.port ?? 0, 'autoctl_node', 'pg_auto_failover');
  }

  private async create(name: string, what: readonly string[]): Promise<Node> {
    const port = await freePort();
    const [kind = '', ...more] = what;
    const where = ['--pgport', String(port), '--hostname', '127.0.0.1', '--pgctl', join(programs, 'pg_ctl')];
    const open = ['--auth', 'trust', '--no-ssl', '--run'];
    return { name, port, process: this.autoctl(name, ['create', kind, ...where, ...open, ...more]) };
  }

  private autoctl(name: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.home, `${name}.log`), 'a');
    const child = spawn('pg_autoctl', [...args, '--pgdata', join(this.home, name)], {
      cwd: this.home,
      env: { HOME: this.home, XDG_RUNTIME_DIR: join(this.home, 'run'), PATH: `${programs}:/usr/bin:/bin` },
      stdio: ['ignore', log, log],
      ...ordinaryAccount(),
    });
    child.on('error', () => undefined);
    return child;
  }

  private postmasterOf(name: string): number {
    return Number(readFileSync(join(this.home, name, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  private said(): string {
    return ['monitor', 'a', 'b']
      .map((name) => join(this.home, `${name}.log`))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8').slice(-2_000))
      .join('\n');
  }
}

const isOver = ({ process: { exitCode, signalCode } }: Node): boolean =>
  exitCode !== null || signalCode !== null;

/** initdb names the superuser after it. */
function accountName(): string {
  return process.getuid?.() === 0 ? 'postgres' : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
}

function urlOf(port: number, user: string, database: string): string {
  return `postgresql://${user}@127.0.0.1:${String(port)}/${database}?sslmode=disable`;
}
