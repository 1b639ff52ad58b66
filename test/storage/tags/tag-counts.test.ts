import { ownImages } from '../../../src/core/ports';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../../src/core/clock';
import { tagFromName } from '../../../src/core/tag';
import { runDry } from '../../../src/storage/database/dry-run';
import { PostgresHistoryStore } from '../../../src/storage/history/history-store';
import { removeAllImages } from '../../../src/storage/image-removal';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { PostgresSnapshots } from '../../../src/storage/snapshots/snapshot-store';
import { TagCounts } from '../../../src/storage/tags/tag-counts';
import { changeTagsOfLockedImage, PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { emptyDatabases, exportLines, importLines } from '../../support/backup';
import type { TestDatabase } from '../../support/database';
import { storedImage } from '../../support/images';
import { changeAsOlderBuild } from '../../support/older-build';
import { compared, eager } from '../../support/tag-counts';
import { tagChange } from '../../support/tag-verbs';

const tag = { projectId: 'p', key: 'env', value: 'a' };
const put = [tagFromName('env=a')];

const anEmpty = emptyDatabases();
let given: TestDatabase;
let counts: TagCounts;
beforeEach(async () => {
  given = await anEmpty();
  counts = new TagCounts(given.database, undefined, eager);
});

const anImage = (...tags: string[]) => storedImage(given.database, {}, ...tags);

async function ask(text: string): Promise<Record<string, unknown>[]> {
  return given.database.query({ text }, []);
}

async function keep(of = tag): Promise<void> {
  await counts.count(of);
  await counts.settled();
}

/** Longer than `eager` waits after it has given up. */
const pause = (): Promise<void> => sleep(10);

const right = (images: number, kept = true) => ({ images, kept, plain: images });
const now = () => compared(given.database, tag);

test('a tag that is on many images is counted once, and each change of it then changes the count', async () => {
  const image = await anImage('env=a');
  await anImage('env=b');
  expect(await now()).toEqual(right(1, false));
  await keep();
  expect(await now()).toEqual(right(1));
  const second = await anImage('env=a', 'x');
  const store = new PostgresTagStore(given.database);
  await store.change([tagChange(second, { put }), tagChange(image, { put: [tagFromName('y')] })]);
  expect(await now()).toEqual(right(2));
  await store.change([tagChange(second, { remove: 'all' })]);
  expect(await now()).toEqual(right(1));
  const changes = await ask('select images[1]::int as images from tag_count_changes order by 1');
  expect(changes).toEqual([{ images: -1 }, { images: 1 }]);
  counts.changed('p');
  await counts.settled();
  expect(await ask('select images from tag_count_changes')).toEqual([]);
  expect(await now()).toEqual(right(1));
});

test('a change that is under way is waited for, and not counted without', async () => {
  const [one, other] = [await anImage('env=a'), await anImage()];
  await given.database.transaction(async (client) => {
    await changeTagsOfLockedImage(client, tagChange(other, { put }));
    await keep();
    expect(await ask('select * from tag_counts')).toEqual([]);
  });
  await pause();
  await keep();
  await new PostgresTagStore(given.database).change([tagChange(one, { remove: 'all' })]);
  expect(await now()).toEqual(right(1));
});

test('a change that an older build makes is counted, and the count kept anew', async () => {
  const [, other] = [await anImage('env=a'), await anImage()];
  await keep();
  await changeAsOlderBuild(given.database, tagChange(other, { put }));
  expect(await now()).toEqual(right(2, false));
  await keep();
  await keep();
  expect(await now()).toEqual(right(2));
});

test('what an older build has changed is not forgotten with its history', async () => {
  const [, other] = [await anImage('env=a'), await anImage()];
  await keep();
  await changeAsOlderBuild(given.database, tagChange(other, { put }));
  await new PostgresHistoryStore(given.database).removeBefore('p', '2099-01-01Z', 500);
  expect(await now()).toEqual(right(2, false));
});

test('a gateway that starts trusts no count that others kept: an older build may have written in between', async () => {
  await anImage('env=a');
  await keep();
  await ask('update tag_counts set images = 7');
  counts = new TagCounts(given.database, undefined, eager);
  expect(await counts.count(tag)).toBe(1);
  await counts.settled();
  expect(await now()).toEqual(right(1));
});

test('no count is kept where a build of before the history may be at work', async () => {
  await anImage('env=a');
  await ask("update knex_migrations set batch = 2 where name >= '20261127050000_tag_history'");
  await keep();
  expect(await now()).toEqual(right(1, false));
  await ask('update knex_migrations set batch = 3 where name = (select max(name) from knex_migrations)');
  await pause();
  await keep();
  expect(await now()).toEqual(right(1));
});

test('a change without history is counted', async () => {
  const [, other] = [await anImage('env=a'), await anImage()];
  await keep();
  await new PostgresTagStore(given.database, null, false).change([tagChange(other, { put })]);
  expect(await now()).toEqual(right(2));
});

test('an import is counted, and brings no change of an older build', async () => {
  const from = await anEmpty();
  await storedImage(from.database, {}, 'env=a', 'b');
  const lines = await exportLines(from.connection, { project: 'p', identity: false });
  await ask("insert into tag_counts values ('p', 'env', 'a', 0, true, 0)");
  expect(await now()).toEqual(right(0));
  await importLines(given.connection, lines);
  expect(await now()).toEqual(right(1));
});

test('an export of before there were counts brings no change of an older build', async () => {
  const from = await anEmpty();
  await storedImage(from.database, {}, 'env=a');
  await from.database.query({ text: 'alter table tag_changes drop column uncounted' }, []);
  const lines = await exportLines(from.connection, { project: 'p', identity: false });
  await importLines(given.connection, lines);
  expect(await ask('select uncounted from tag_changes')).toEqual([{ uncounted: null }]);
});

describe('what replaces tags', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'counts-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test.each(['p', null])('a snapshot (of %s) that is restored begins with no count', async (project) => {
    const snapshots = new PostgresSnapshots(given.database, folder, new SystemClock());
    const image = await anImage('env=a');
    await keep();
    const { id } = await snapshots.take(project);
    await new PostgresTagStore(given.database).change([tagChange(image, { remove: 'all' })]);
    await anImage('env=a');
    await anImage('env=a');
    await snapshots.restore(project, id);
    expect(await now()).toEqual(right(1, false));
    await keep();
    expect(await now()).toEqual(right(1));
  });

  test('a reset begins with no count', async () => {
    await anImage('env=a');
    await keep();
    await removeAllImages(given.database, folder);
    expect(await now()).toEqual(right(0, false));
  });
});

test('a dry run counts its own changes, and leaves nothing behind', async () => {
  const image = await anImage('env=a');
  await keep();
  const seen = await runDry(given.database, async () => {
    await new PostgresTagStore(given.database).change([tagChange(image, { remove: 'all' })]);
    return counts.count(tag);
  });
  expect(seen).toBe(0);
  expect(await now()).toEqual(right(1));
});

test('a project keeps so many counts and no more', async () => {
  counts = new TagCounts(given.database, undefined, { ...eager, most: 1 });
  await anImage('env=a', 'env=b');
  await keep();
  await keep({ ...tag, value: 'b' });
  expect(await ask('select value from tag_counts')).toEqual([{ value: 'a' }]);
});

test.each([
  { condition: { kind: 'name', name: 'env=a' } as const, kept: 1 },
  { condition: { kind: 'key', key: 'env', values: ['a'] } as const, kept: 1 },
  { condition: { kind: 'all', of: [{ kind: 'key', key: 'env', values: ['a'] }] } as const, kept: 1 },
  { condition: { kind: 'not', of: { kind: 'name', name: 'env=b' } } as const, kept: 0 },
  { condition: { kind: 'key', key: 'env', values: [] } as const, kept: 0 },
  { condition: { kind: 'name', name: 'plain' } as const, kept: 0 },
])('the search for $condition keeps $kept counts', async ({ condition, kept }) => {
  const search = new PostgresImageSearch(given.database, undefined, null, counts);
  await anImage('env=a', 'plain');
  for (let n = 0; n < 2; n++) {
    expect(
      await search.count({ projectId: 'p', source: ownImages, where: [{ kind: 'tags', condition }] }),
    ).toBe(1);
    await counts.settled();
  }
  expect(await ask('select images from tag_counts')).toHaveLength(kept);
});
