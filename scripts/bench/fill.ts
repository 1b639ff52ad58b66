import { Client } from 'pg';
import type { ConnectionSettings } from '../../src/storage/database/database';
import { filledKeySql, filledValueSql, type Site } from './site';

/** Fills images with tags by SQL: through the gateway a million of them would take hours. */
export async function fill(connection: ConnectionSettings, site: Site): Promise<void> {
  await withClient(connection, async (client) => {
    const range = `generate_series(0, ${String(site.images - 1)}) as i`;
    const id = `'00000000-0000-4000-8000-' || lpad(i::text, 12, '0')`;
    const createdAt = `timestamptz '2026-01-01Z' + i * interval '1 second'`;
    await client.query(
      `insert into image_owners (id, project_id) select ${id}, '${site.project}' from ${range}`,
    );
    // As a build with history makes them: it has no earlier changes to make up for.
    const history = await hasColumn(client, 'images', 'history_revision');
    await client.query(`insert into images (project_id, id, name, visibility, status, min_disk, min_ram,
        protected, os_hidden, properties, created_at, updated_at, tag_revision${history ? ', history_revision' : ''})
      select '${site.project}', ${id}, 'image ' || i, 'private', 'queued', 0, 0, false, false, '[]',
        ${createdAt}, timestamptz '2026-01-01Z', 0${history ? ', 0' : ''} from ${range}`);
    const age = await hasColumn(client, 'image_tags', 'image_created_at');
    await client.query(`insert into image_tags (project_id, image_id, name, key, value${age ? ', image_created_at' : ''})
      select '${site.project}', id, key || '=' || value, key, value${age ? `, ${createdAt}` : ''} from (
        select i, ${id} as id, ${filledKeySql} as key, ${filledValueSql} as value
        from ${range}, generate_series(0, ${String(site.tags - 1)}) as j
      ) filled`);
    for (const table of ['image_owners', 'images', 'image_tags'])
      await client.query(`vacuum analyze ${table}`);
    await client.query('checkpoint');
  });
}

/** Builds to compare with may be older. */
async function hasColumn(client: Client, table: string, column: string): Promise<boolean> {
  const { rows } = await client.query(
    'select 1 from information_schema.columns where table_name = $1 and column_name = $2',
    [table, column],
  );
  return rows.length > 0;
}

/** Statements that put the data into the state that a run begins with. */
export async function runAll(connection: ConnectionSettings, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await withClient(connection, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function withClient(
  connection: ConnectionSettings,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
