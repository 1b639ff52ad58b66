import type { Database, Statement } from './database';

export interface ConnectionBudget {
  /** What all gateways together may open. */
  readonly needed: number;
  /** What Postgres gives to the gateway's role, at most. */
  readonly allowed: number;
  /** The largest pool of each worker that fits; 0: none does. */
  readonly fittingPool: number;
}

export interface ConnectionDemand {
  readonly poolSize: number;
  readonly workers: number;
  /** on this database */
  readonly gateways: number;
}

/** For migrations, probes after an outage, commands, a person with psql. */
export const spareConnections = 10;

/** `reserved_connections` is of Postgres 16; -1 is no limit. */
const limitsStatement: Statement = {
  text: `select current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true), '0')::int as of_server,
    (select rolconnlimit from pg_roles where rolname = current_user) as of_role,
    (select datconnlimit from pg_database where datname = current_database()) as of_database`,
  reads: true,
};

interface Limits {
  readonly of_server: number;
  readonly of_role: number;
  readonly of_database: number;
}

/** @throws Unavailable */
export async function connectionBudget(
  database: Pick<Database, 'query'>,
  { poolSize, workers, gateways }: ConnectionDemand,
): Promise<ConnectionBudget> {
  const [limits] = await database.query<Limits & Record<string, unknown>>(limitsStatement, []);
  if (!limits) throw new Error('Postgres does not say how many connections it takes');
  const { of_server, of_role, of_database } = limits;
  const allowed = Math.min(of_server, ...[of_role, of_database].filter((limit) => limit >= 0));
  const fittingPool = Math.max(0, Math.floor((allowed - spareConnections) / (workers * gateways)));
  return { needed: poolSize * workers * gateways + spareConnections, allowed, fittingPool };
}
