import { Client, type ClientConfig, type Pool, type PoolClient } from 'pg';
import { Unavailable } from '../../core/errors';
import { type ConnectionSettings, hostConfigs } from './connection';

/** How long a host may take (ms) to report its role. */
const timeoutMs = 1_000;

/** As libpq's `target_session_attrs=read-write`: a server that its operator has made read-only is no primary either. */
const isPrimary = `select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as primary`;

interface Found {
  readonly where: ClientConfig;
  readonly pool: Pool;
}

/**
 * The connections to the one of several hosts that accepts writes. After a failover it is another one: a caller that
 * finds the old one gone, or a standby, triggers a new probe of all hosts. A single host is not probed.
 */
export class PrimaryPool {
  private current: Found | undefined;
  private looking: Promise<Found> | undefined;
  private closing: Promise<void> | undefined;

  /** @param open a pool of connections to one host */
  constructor(
    private readonly hosts: readonly [ClientConfig, ...ClientConfig[]],
    private readonly open: (where: ClientConfig) => Pool,
  ) {
    if (!this.isOfSeveral) this.current = { where: hosts[0], pool: open(hosts[0]) };
  }

  private get isOfSeveral(): boolean {
    return this.hosts.length > 1;
  }

  /** @throws what the driver throws, and Unavailable when no host takes changes */
  async connect(): Promise<PoolClient> {
    const used = this.current ?? (await this.look());
    try {
      return await used.pool.connect();
    } catch (error) {
      if (!this.isOfSeveral || this.closing) throw error;
      const now = await this.look();
      // It is the same one, and has no connection to spare.
      if (now === used) throw error;
      return await now.pool.connect();
    }
  }

  /** Whether another host takes changes now, which a new `connect` then reaches. */
  async hasMoved(): Promise<boolean> {
    const before = this.current;
    if (!this.isOfSeveral) return false;
    return this.look().then(
      (now) => now !== before,
      () => false,
    );
  }

  /** Over a connection of its own: those of the pool may all be waiting. */
  async answers(): Promise<boolean> {
    const work = this.isOfSeveral ? this.look() : ask(this.hosts[0], 'select 1');
    return work.then(
      () => true,
      () => false,
    );
  }

  /** Closing again waits for the first. */
  close(): Promise<void> {
    this.closing ??= this.current?.pool.end() ?? Promise.resolve();
    return this.closing;
  }

  private look(): Promise<Found> {
    this.looking ??= this.find().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async find(): Promise<Found> {
    const where = await primaryAmong(this.hosts);
    if (this.closing) throw new Unavailable('the connections are closed', 'not-done');
    const before = this.current;
    if (before?.where === where) return before;
    this.current = { where, pool: this.open(where) };
    // Connections in use end when they are released.
    void before?.pool.end();
    return this.current;
  }
}

/** For a pool of one host of several: whether a new connection reached the primary. */
export function verifyPrimary(client: PoolClient, done: (error?: Error) => void): void {
  client.query<{ primary: boolean }>(isPrimary).then(
    ({ rows: [row] }) => {
      done(row?.primary === true ? undefined : new Error('this host takes no changes'));
    },
    (error: unknown) => {
      done(error as Error);
    },
  );
}

/** How to reach the host that takes changes, for one connection. @throws Unavailable when none of several does */
export async function findPrimary(connection: ConnectionSettings): Promise<ClientConfig> {
  const hosts = hostConfigs(connection);
  return hosts.length === 1 ? hosts[0] : primaryAmong(hosts);
}

/** Probes all at once: a silent host must not hold up the others. */
async function primaryAmong(hosts: readonly ClientConfig[]): Promise<ClientConfig> {
  const asked = hosts.map(async (where) => {
    const [row] = await ask(where, isPrimary);
    if (row?.['primary'] !== true) throw new Error('this host takes no changes');
    return where;
  });
  return Promise.any(asked).catch((error: unknown) => {
    const count = String(hosts.length);
    throw new Unavailable(`none of ${count} hosts takes changes`, 'not-done', { cause: firstOf(error) });
  });
}

function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

async function ask(where: ClientConfig, text: string): Promise<Record<string, unknown>[]> {
  const bounds = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
  const client = new Client({ ...where, ...bounds, application_name: 'tagway' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    // A server that does not answer does not confirm the end either.
    void client.end().catch(() => undefined);
  }
}
