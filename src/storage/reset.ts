import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotFolder } from './snapshots/snapshot-files';
import type { Database } from './database/database';

/** Of every project, with their history, feeds, webhooks and settings, and all definitions of metadata; the ids of deleted images are free again, too. */
const emptyImages = {
  text: `truncate image_tags, image_members, images, image_owners, image_cache, jobs, tag_changes, tag_feeds, tag_counts, tag_count_changes,
    project_settings,    webhook_deliveries, webhook_secrets, webhooks, metadef_items, metadef_namespaces, metadef_resource_types`,
};

/**
 * Removes images with all that belongs to them, for test suites.
 * @param imageData the folder of a DirectoryDataStore; uploads in progress find their image gone
 */
export async function removeAllImages(database: Database, imageData: string): Promise<void> {
  await database.query(emptyImages, []);
  const folders = await readdir(imageData).catch(() => []);
  const kept = folders.filter((name) => name !== 'incoming' && name !== snapshotFolder);
  await Promise.all(kept.map((name) => rm(join(imageData, name), { recursive: true, force: true })));
}
