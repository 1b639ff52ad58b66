import { Client, type ClientConfig } from 'pg';

/** Everything that a request can change. */
const tables = [
  'images',
  'image_owners',
  'image_tags',
  'image_members',
  'jobs',
  'identity_users',
  'identity_projects',
  'identity_assignments',
  'identity_access_keys',
  'identity_application_credentials',
  'identity_revocations',
] as const;

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

  /** Takes away what requests have made. */
  async empty(): Promise<void> {
    await this.client.query(
      'truncate images, image_owners, image_tags, image_members, jobs, identity_application_credentials',
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
