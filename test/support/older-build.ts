import type { ImageRef } from '../../src/core/image';
import type { TagChange } from '../../src/core/tag-change';
import type { Database, Queryable } from '../../src/storage/database/database';
import { changeValues } from '../../src/storage/tags/change-parameters';
import { changeTagsOfOne } from '../../src/storage/tags/change-statement';
import { tagChange } from './tag-verbs';

/** What the build before kept counts did not send. */
const newer: readonly (readonly [part: RegExp, before: string])[] = [
  [/,\s*counted as \([\s\S]*?having count\(\*\) > 0\s*\)/, ''],
  [/, uncounted\)/, ')'],
  [/, null::boolean from img/, ' from img'],
  [/, true from img/, ' from img'],
];

const text = newer.reduce((sent, [part, before]) => {
  if (!part.test(sent)) throw new Error(`the statement has no ${String(part)}`);
  return sent.replace(part, before);
}, changeTagsOfOne.text);

/** Changes tags as a gateway of an earlier version does, beside the newer ones. */
export async function changeAsOlderBuild(client: Queryable, change: TagChange): Promise<void> {
  await client.query({ text }, changeValues([change]).slice(0, -1));
}

export async function removeAsOlderBuild(database: Database, image: ImageRef): Promise<void> {
  await database.transaction(async (client) => {
    await changeAsOlderBuild(client, tagChange(image, { remove: 'all' }));
    const values = [image.projectId, image.imageId];
    await client.query({ text: 'delete from images where project_id = $1 and id = $2' }, values);
  });
}
