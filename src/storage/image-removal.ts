import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotFolder } from './snapshots/snapshot-files';
import type { Database, Statement } from './database/database';

/** To empty a table takes about a millisecond, also of one that is empty: these are filled by few test suites. */
const seldomFilled: Readonly<Record<string, string>> = {
  project_settings: 'project_settings',
  webhooks: 'webhook_deliveries, webhook_secrets, webhooks',
  metadef_namespaces: 'metadef_items, metadef_namespaces',
  metadef_resource_types: 'metadef_resource_types',
};

const filledTables: Statement = {
  text: Object.keys(seldomFilled)
    .map((name) => `(select '${name}' as name from ${name} limit 1)`)
    .join(' union all '),
  bound: 'long',
};

/** The ids of deleted images are free again, too. */
const always =
  'image_tags, image_members, images, image_owners, image_cache, jobs, tag_changes, tag_feeds, tag_counts, tag_count_changes';

/**
 * Removes images with all that belongs to them, for test suites: of every project, with their history, feeds, webhooks and
 * settings, and all definitions of metadata. What is filled while it looks is as if it were filled after the reset.
 * @param imageData the folder of a DirectoryDataStore; uploads in progress find their image gone
 */
export async function removeAllImages(database: Database, imageData: string): Promise<void> {
  const filled = await database.query<{ name: string }>(filledTables, []);
  const tables = [always, ...filled.map(({ name }) => seldomFilled[name])].join(', ');
  await database.query({ text: `truncate ${tables}` }, []);
  const folders = await readdir(imageData).catch(() => []);
  const kept = folders.filter((name) => name !== 'incoming' && name !== snapshotFolder);
  await Promise.all(kept.map((name) => rm(join(imageData, name), { recursive: true, force: true })));
}
