import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryResultRow } from 'pg';
import { SystemClock } from '../../../src/core/clock';
import type { ImageRef } from '../../../src/core/image';
import type { ImageQuery } from '../../../src/core/ports';
import { tagFromName, tagNames } from '../../../src/core/tag';
import { importProgressTable } from '../../../src/storage/backup/tables';
import { Database, type Statement } from '../../../src/storage/database/database';
import { runDry } from '../../../src/storage/database/dry-run';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { readStatements } from '../../../src/storage/search/page-reader';
import { RecentImages } from '../../../src/storage/search/recent-images';
import { PostgresSnapshots } from '../../../src/storage/snapshots/snapshot-store';
import { PostgresTagStore } from '../../../src/storage/tags/tag-store';
import { emptyDatabases } from '../../support/backup';
import { storedImage } from '../../support/images';
import { stampAt, tagChange } from '../../support/tag-verbs';

class Counting extends Database {
  reads = 0;

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (Object.values(readStatements).includes(statement)) this.reads++;
    return super.query(statement, values);
  }
}

const anEmpty = emptyDatabases();
let database: Counting;
/** Another gateway's. */
let other: Database;
let search: PostgresImageSearch;
let image: ImageRef;
let folder: string;

beforeEach(async () => {
  const given = await anEmpty();
  other = given.database;
  database = new Counting(given.connection, 4, () => undefined);
  search = new PostgresImageSearch(database, undefined, null, null, new RecentImages());
  image = await storedImage(other, { properties: new Map([['k', 'v']]) }, 'env=a', 'b');
  folder = await mkdtemp(join(tmpdir(), 'recent-'));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const sort = (['createdAt', 'id'] as const).map((field) => ({ field, descending: true }));
const source = { own: true, public: true, community: true, shared: 'all', everyProject: false } as const;
const all: ImageQuery = { projectId: 'p', source, where: [], sort, marker: null, limit: 20, offset: 0 };

/** What the list shows; it must be what a search that keeps nothing shows. */
async function shown(query = all): Promise<string[]> {
  const page = await search.page(query);
  expect(page).toEqual(await new PostgresImageSearch(other).page(query));
  return page.images.map(({ name, tags }) => `${String(name)}: ${tagNames(tags).join()}`);
}

test.each([
  ['by age', all],
  ['by name', { ...all, sort: (['name', 'id'] as const).map((field) => ({ field, descending: false })) }],
  ['by size', { ...all, sort: (['size', 'id'] as const).map((field) => ({ field, descending: false })) }],
  ['of a tag', { ...all, where: [{ kind: 'tags', condition: { kind: 'name', name: 'env=a' } }] }],
  [
    'of one of two tags',
    { ...all, where: [{ kind: 'tags', condition: { kind: 'key', key: 'env', values: ['a', 'z'] } }] },
  ],
  [
    'of two tags',
    {
      ...all,
      where: (['env=a', 'b'] as const).map((name) => ({ kind: 'tags', condition: { kind: 'name', name } })),
    },
  ],
  ['of a key', { ...all, where: [{ kind: 'tags', condition: { kind: 'key', key: 'env', values: [] } }] }],
  ['of another project', { ...all, projectId: 'q', source: { ...source, everyProject: true } }],
] as readonly [string, ImageQuery][])(
  'a list %s that is asked for again reads no image',
  async (_, query) => {
    expect(await shown(query)).toEqual(['an image: b,env=a']);
    const { reads } = database;
    expect(reads).toBeGreaterThan(0);
    expect(await shown(query)).toEqual(['an image: b,env=a']);
    expect(database.reads).toBe(reads);
  },
);

const images = (): PostgresImageStore => new PostgresImageStore(other);
const tags = (): PostgresTagStore => new PostgresTagStore(other);
const long = stampAt('2020-01-01T00:00:00.000000Z');

const changes: readonly [what: string, change: () => Promise<unknown>, shows: string][] = [
  [
    'a tag is put',
    () => tags().change([tagChange(image, { put: [tagFromName('c')] })]),
    'an image: b,c,env=a',
  ],
  [
    'a tag is put by a clock that is behind',
    () => tags().change([tagChange(image, { put: [tagFromName('c')], at: long.at })]),
    'an image: b,c,env=a',
  ],
  ['all tags go', () => tags().change([tagChange(image, { remove: 'all' })]), 'an image: '],
  ['it is renamed', () => images().change(image, stampAt(), () => ({ name: 'n' })), 'n: b,env=a'],
  [
    'it is renamed by a clock that is behind',
    () => images().change(image, long, () => ({ name: 'n' })),
    'n: b,env=a',
  ],
  [
    'another one is made, and it is removed',
    async () => {
      await storedImage(other, { name: 'next' });
      await images().remove(image, stampAt(), () => undefined);
    },
    'next: ',
  ],
  [
    'it goes to another project and comes back',
    async () => {
      await images().change(image, stampAt(), () => ({ projectId: 'q' }));
      await images().change({ ...image, projectId: 'q' }, stampAt(), () => ({ projectId: 'p', name: 'n' }));
    },
    'n: b,env=a',
  ],
];

test.each(changes)('a list shows what another gateway has changed: %s', async (_, change, shows) => {
  await shown();
  await change();
  expect(await shown()).toEqual([shows]);
  expect(await shown()).toEqual([shows]);
});

test('a change after a restore is shown, also with the time and the revision of the one that is undone', async () => {
  const snapshots = new PostgresSnapshots(other, folder, new SystemClock());
  const { id } = await snapshots.take('p');
  const at = '2099-01-01T00:00:00.000000Z';
  const put = (name: string): Promise<unknown> =>
    tags().change([tagChange(image, { put: [tagFromName(name)], at })]);
  await put('x');
  expect(await shown()).toEqual(['an image: b,env=a,x']);
  await snapshots.restore('p', id);
  await put('y');
  expect(await shown()).toEqual(['an image: b,env=a,y']);
});

test('during an import, which adds tags later than images, nothing is kept', async () => {
  await other.query({ text: `create table ${importProgressTable} (id integer)` }, []);
  await shown();
  await other.query({ text: `insert into image_tags values ('p', $1, 'later', 'later', '', null)` }, [
    image.imageId,
  ]);
  await other.query({ text: `drop table ${importProgressTable}` }, []);
  expect(await shown()).toEqual(['an image: b,env=a,later']);
});

test('a dry run shows its own changes, and leaves none behind', async () => {
  await shown();
  const seen = await runDry(database, async () => {
    for (const name of ['n', 'm']) {
      await new PostgresImageStore(database).change(image, long, () => ({ name }));
      expect((await search.page(all)).images.map((one) => one.name)).toEqual([name]);
    }
    return 'seen';
  });
  expect(seen).toBe('seen');
  expect(await shown()).toEqual(['an image: b,env=a']);
});
