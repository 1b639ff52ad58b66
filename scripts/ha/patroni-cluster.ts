import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Network } from '../../test/support/network';
import { familyOf, signal } from '../torture/processes';
import { type MemberPlace, type Promises, proxyConfig, proxySettings, writeMember } from './patroni-files';
import { ask, ordinaryAccount, programs, until } from './postgres-tools';
import { freePort } from './proxy';

export interface Member extends MemberPlace {
  /** Between it and etcd. */
  readonly network: Network;
  process: ChildProcess;
}

/** etcd, three members of Patroni and HAProxy in front of them, on this machine. */
export class PatroniCluster {
  readonly members: Member[] = [];
  private readonly others: ChildProcess[] = [];
  private proxyPort = 0;

  private constructor(
    private readonly home: string,
    private readonly promises: Promises,
  ) {}

  static reasonAgainst(): string | null {
    const needed = ['/usr/bin/patroni', '/usr/bin/etcd', '/usr/sbin/haproxy', join(programs, 'postgres')];
    return needed.every((file) => existsSync(file))
      ? null
      : 'It needs Patroni: apt-get install patroni etcd-server haproxy postgresql-15';
  }

  static async start(folder: string, promises: Promises): Promise<PatroniCluster> {
    const home = join(folder, 'patroni');
    mkdirSync(home);
    const account = ordinaryAccount();
    if (account) chownSync(home, account.uid, account.gid);
    chmodSync(home, 0o755);
    const cluster = new PatroniCluster(home, promises);
    // No Postgres is a child of this process, or ends with it.
    process.once('exit', () => {
      cluster.killAll();
    });
    try {
      await cluster.startAll();
      return cluster;
    } catch (error) {
      const said = cluster.said();
      await cluster.stop();
      throw new Error(`Patroni did not start:\n${said}`, { cause: error });
    }
  }

  /** Of all members, for DATABASE_URL. */
  get url(): string {
    const hosts = this.members.map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
    return `postgresql://postgres@${hosts}/tagway?sslmode=disable`;
  }

  get proxyUrl(): string {
    return `postgresql://postgres@127.0.0.1:${String(this.proxyPort)}/tagway?sslmode=disable`;
  }

  /** @throws Error when the cluster has no leader */
  async leader(): Promise<Member> {
    for (const member of this.members) {
      const status = await this.rest(member, '/primary').catch(() => 0);
      if (status === 200) return member;
    }
    throw new Error('there is no leader');
  }

  /** Waits until two members follow the leader, one of them synchronously where that is asked for. */
  async untilWhole(): Promise<void> {
    await until(async () => {
      const leader = await this.leader();
      const text = `select count(*) filter (where state = 'streaming')::int as streaming,
        count(*) filter (where sync_state = 'sync')::int as synchronous from pg_stat_replication
        where application_name in ('db1', 'db2', 'db3')`;
      const [row] = await ask<{ streaming: number; synchronous: number }>(urlOf(leader), text);
      return row?.streaming === 2 && (!this.promises.synchronous || row.synchronous > 0);
    }, `the members did not find together:\n${this.said()}`);
  }

  /** Which members say that they take changes. */
  async primaries(): Promise<string[]> {
    const answers = this.members.map(async (member) => {
      const text = 'select pg_is_in_recovery() as standby';
      const [row] = await ask<{ standby: boolean }>(urlOf(member), text).catch(() => []);
      return row?.standby === false ? [member.name] : [];
    });
    return (await Promise.all(answers)).flat();
  }

  /** Hands the lead over. @throws Error when Patroni does not want to */
  async switchOver(leader: Member): Promise<void> {
    const status = await this.rest(leader, '/switchover', { leader: leader.name });
    if (status !== 200) throw new Error(`Patroni answers ${String(status)} to a switchover`);
  }

  /** Patroni, its Postgres and every process of it. */
  signal(member: Member, name: NodeJS.Signals): void {
    const file = join(this.home, member.name, 'postmaster.pid');
    // Postgres is no child of Patroni, so it is found by its own file.
    const postmaster = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    const family = [member.process.pid ?? 0, postmaster].filter((pid) => pid > 0).flatMap(familyOf);
    signal([...new Set(family)], name);
  }

  /** What a service manager would do to a member that was killed. */
  startAgain(member: Member): void {
    member.process = this.run('/usr/bin/patroni', [join(this.home, `${member.name}.yml`)], member.name);
  }

  async stop(): Promise<void> {
    this.killAll();
    for (const { network } of this.members) await network.close();
    await until(() => this.members.every(({ process: child }) => isOver(child)), 'Patroni did not end');
    // Their numbers may be others' by the end of this process.
    this.members.length = 0;
    this.others.length = 0;
  }

  private killAll(): void {
    for (const member of this.members) this.signal(member, 'SIGKILL');
    for (const child of this.others) child.kill('SIGKILL');
  }

  private async startAll(): Promise<void> {
    const etcdPort = await this.startEtcd();
    for (const name of ['db1', 'db2', 'db3']) await this.startMember(name, etcdPort);
    this.proxyPort = await freePort();
    const settings = proxySettings(this.proxyPort, this.members);
    this.others.push(this.run('haproxy', ['-db', '-f', proxyConfig], 'haproxy', settings));
    await this.untilWhole();
    const leader = await this.leader();
    await ask(urlOf(leader), 'create database tagway');
    await until(async () => (await ask(this.proxyUrl, 'select 1')).length === 1, 'HAProxy finds no leader');
  }

  private async startEtcd(): Promise<number> {
    const [clients, peers] = [await freePort(), await freePort()].map(
      (port) => `http://127.0.0.1:${String(port)}`,
    );
    const self = ['--name', 'etcd', '--data-dir', join(this.home, 'etcd')];
    const listen = ['--listen-client-urls', clients ?? '', '--advertise-client-urls', clients ?? ''];
    const peer = ['--listen-peer-urls', peers ?? '', '--initial-advertise-peer-urls', peers ?? ''];
    const all = [...self, ...listen, ...peer, '--initial-cluster', `etcd=${peers ?? ''}`, '--enable-v2'];
    this.others.push(this.run('/usr/bin/etcd', all, 'etcd'));
    await until(async () => (await fetch(`${clients ?? ''}/health`)).ok, 'etcd does not answer', 20_000);
    return Number(new URL(clients ?? '').port);
  }

  private async startMember(name: string, etcd: number): Promise<void> {
    const network = await Network.to({ host: '127.0.0.1', port: etcd });
    const ports = { port: await freePort(), restPort: await freePort(), etcdPort: network.port };
    const place = { name, home: this.home, ...ports };
    const file = writeMember(place, this.promises);
    this.members.push({ ...place, network, process: this.run('/usr/bin/patroni', [file], name) });
    // The first is to make the database: the others copy it.
    if (this.members.length === 1) await until(() => this.leader().then(() => true), 'no leader came up');
  }

  private run(
    program: string,
    args: readonly string[],
    name: string,
    env: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const log = openSync(join(this.home, `${name}.log`), 'a');
    const child = spawn(program, args, {
      cwd: this.home,
      env: { HOME: this.home, PATH: `${programs}:/usr/sbin:/usr/bin:/bin`, LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', log, log],
      ...ordinaryAccount(),
    });
    child.on('error', () => undefined);
    return child;
  }

  private async rest({ restPort }: Member, path: string, body?: object): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${String(restPort)}${path}`, {
      signal: AbortSignal.timeout(body ? 30_000 : 1_000),
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  private said(): string {
    return ['etcd', 'haproxy', 'db1', 'db2', 'db3']
      .map((name) => join(this.home, `${name}.log`))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8').slice(-2_000))
      .join('\n');
  }
}

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

function urlOf({ port }: Member): string {
  return `postgresql://postgres@127.0.0.1:${String(port)}/postgres?sslmode=disable`;
}
