import { Client } from 'pg';
import type { EmbeddedPostgres } from '../../src/postgres/index';

/*
 * A run on one given database instead of on the embedded Postgres (`npm run test:engine`). Databases of a distributed
 * engine cannot be copied from a template, so each test file gets this one, emptied; files run one after the other.
 */

export interface NotApplicable {
  /** The end of the test file's path. */
  readonly file: string;
  /** The test's name, or how it begins. */
  readonly test: string;
  readonly reason: string;
}

/** Tests of the chosen suites that cannot be run on one shared database of a distributed engine. */
export const notApplicable: readonly NotApplicable[] = [
  {
    file: 'test/dialects/tagway/feed.test.ts',
    test: 'without history, history and feed are 404',
    reason:
      'demands that the whole table of changes is empty, and shares the database with a gateway that keeps them',
  },
  {
    file: 'test/admin/reset.test.ts',
    test: 'resets at once, beside writers',
    reason:
      'demands no 503 of writers beside four resets; emptying fifteen tables of 32 shards each takes longer than they wait',
  },
];

export function engineConnection(): EmbeddedPostgres['connection'] | undefined {
  const given = process.env['TEST_DATABASE_URL'];
  if (given === undefined) return undefined;
  const { hostname, port, username, password, pathname } = new URL(given);
  return {
    host: decodeURIComponent(hostname),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/** Gateways that share a database share its secrets. */
export function engineSettings(): Record<string, string> {
  return process.env['TEST_DATABASE_URL'] === undefined ? {} : { TAGWAY_MASTER_KEY: 'ab'.repeat(32) };
}

/** For a gateway in a process of its own: it uses the engine, where one is tested. */
export function engineEnvironment(): Record<string, string> {
  const url = process.env['TEST_DATABASE_URL'];
  return url === undefined ? {} : { DATABASE_URL: url, ...engineSettings() };
}

const everything = `truncate image_tags, image_members, images, image_owners, image_cache, jobs, tag_changes, tag_feeds, project_settings,
    project_snapshots, project_snapshot_rows, webhook_deliveries, webhook_secrets, webhooks, metadef_items, metadef_namespaces,
    metadef_resource_types;
  truncate identity_users, identity_projects, identity_groups, identity_token_keys, identity_login_tries,
    identity_revocations, keystone_access_keys, identity_limits, identity_registered_limits, identity_policies,
    identity_endpoint_groups cascade;
  delete from identity_domains where id <> 'default';
  delete from identity_roles where created_at <> '2026-11-27Z';
  delete from identity_endpoints where created_at <> '2026-11-27Z';
  delete from identity_services where created_at <> '2026-11-27Z';
  delete from identity_regions where id <> 'RegionOne'`;

/** Removes all rows that a test file can have left; what migrations have put there stays. */
export async function emptyEngine(connection: EmbeddedPostgres['connection']): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    for (const text of everything.split(';')) await client.query(text);
  } finally {
    await client.end();
  }
}

/** Whether the engine distributes tables, so that only then its tests apply. */
export async function isCitusEngine(connection: EmbeddedPostgres['connection']): Promise<boolean> {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query(`select 1 from pg_extension where extname = 'citus'`)).rows.length > 0;
  } finally {
    await client.end();
  }
}
