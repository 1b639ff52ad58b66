import { Client, type ClientConfig } from 'pg';
import { until } from '../until';

/** What refers to others stands behind them. */
const identityTables = [
  'identity_domains',
  'identity_projects',
  'identity_users',
  'identity_groups',
  'identity_group_members',
  'identity_roles',
  'identity_implied_roles',
  'identity_grants',
  'identity_lost_roles',
  'identity_assignments',
  'identity_regions',
  'identity_services',
  'identity_endpoints',
  'identity_policies',
  'identity_endpoint_groups',
  'identity_project_endpoints',
  'identity_project_endpoint_groups',
  'identity_registered_limits',
  'identity_limits',
  'identity_access_keys',
  'identity_application_credentials',
  'identity_access_rules',
  'identity_user_credentials',
  'identity_credential_rules',
  'identity_revocations',
] as const;

const imageTables = ['images', 'image_owners', 'image_tags', 'image_members', 'image_cache', 'jobs'] as const;
const metadefTables = ['metadef_namespaces', 'metadef_items', 'metadef_resource_types'] as const;

/** Everything that a request can change. */
const tables = [...imageTables, ...metadefTables, ...identityTables];

const digest = `select md5(concat_ws('|', ${tables
  .map((table) => `(select string_agg(row::text, '|' order by row::text) from ${table} row)`)
  .join(', ')})) as digest`;

/** Looks at the database past the gateway. */
export class SeenState {
  private readonly client: Client;

  constructor(connection: ClientConfig) {
    this.client = new Client(connection);
  }

  async open(): Promise<void> {
    await this.client.connect();
  }

  /** Equal as long as nothing has changed. */
  async digest(): Promise<string> {
    const found = await this.client.query<{ digest: string }>(digest);
    return found.rows[0]?.digest ?? '';
  }

  /** Waits for tasks, which change the database behind the answer to their request. */
  async settled(): Promise<void> {
    const running = `select 1 from jobs where state in ('pending', 'processing')`;
    await until(async () => (await this.client.query(running)).rows.length === 0);
  }

  /** Remembers all of identity, so that it can be as it is now. */
  async keepIdentity(): Promise<void> {
    const copies = identityTables.map((table) => `create temp table ${kept(table)} as table ${table}`);
    await this.client.query(copies.join('; '));
  }

  /** Takes away what requests have made, and gives back what they have changed of identity. */
  async reset(): Promise<void> {
    const filled = identityTables.map((table) => `insert into ${table} table ${kept(table)}`);
    await this.client.query(['begin', `truncate ${tables.join(', ')}`, ...filled, 'commit'].join('; '));
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

function kept(table: string): string {
  return `kept_${table}`;
}
