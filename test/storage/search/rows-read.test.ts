import type { QueryResultRow } from 'pg';
import { type ImageCondition, type ImageSelection, type SortKey, ownImages } from '../../../src/core/ports';
import type { TagCondition } from '../../../src/core/tag-condition';
import { Database, type Statement } from '../../../src/storage/database/database';
import { usualBounds } from '../../../src/storage/search/access';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { type TestDatabase, testDatabase } from '../../support/database';
import { fill, planOf } from '../../support/query-plans';

const images = 3_000;
const limit = 20;

/** @param tags a query of the texts of the tags of image `n` */
const filled = (tags: string): string[] => [
  `insert into images (project_id, id, name, visibility, status, size, min_disk, min_ram, protected, os_hidden, properties,
      created_at, updated_at, tag_revision)
    select case when n % 30 = 0 then 'other' else 'p' end, 'i' || lpad(n::text, 5, '0'), 'name ' || n % 100,
      case when n % 30 = 0 then 'public' else 'private' end, 'active', n, 0, 0, false, false, '[]',
      timestamptz '2026-01-01Z' + n * interval '1 second', timestamptz '2026-01-01Z', 1
    from generate_series(1, ${String(images)}) as n`,
  `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
    select i.project_id, i.id, t.name, split_part(t.name, '=', 1), split_part(t.name, '=', 2), i.created_at
    from images i, lateral (select right(i.id, 5)::int as n offset 0) x, lateral (${tags}) as t (name)`,
];

const common = `values ('all'), ('each=v'), ('half=' || n % 2), ('third=' || n % 3), ('env=v' || n % 100)`;
const dataSets: Readonly<Record<string, readonly string[]>> = {
  'without statistics': filled(common),
  // Nearly all tags are on one image, and statistics are full of them.
  skewed: [
    ...filled(`${common} union all select 'one=' || g from generate_series(1, 1000) g where n = 77`),
    'analyze',
  ],
  even: [...filled(`${common}, ('a=' || n % 50), ('b=' || n % 51), ('c=' || n % 52)`), 'vacuum analyze'],
};

const usual: ImageSelection = { ...ownImages, public: true, shared: 'accepted' };
const age = (descending: boolean): SortKey[] => [
  { field: 'createdAt', descending },
  { field: 'id', descending },
];
const newest = age(true);
const named = (...names: string[]): ImageCondition[] =>
  names.map((name) => ({ kind: 'tags', condition: { kind: 'name', name } }));
const asking = (...of: TagCondition[]): ImageCondition[] => [
  { kind: 'tags', condition: { kind: 'all', of } },
];
const visible: ImageCondition = { kind: 'field', field: 'hidden', op: 'eq', value: false };
const key = (name: string, ...values: string[]): TagCondition => ({ kind: 'key', key: name, values });

interface Case {
  readonly where: readonly ImageCondition[];
  readonly source?: ImageSelection;
  readonly sort?: readonly SortKey[];
  /** rows that all statements of the page may read together */
  readonly most: number;
}

/** A tag is looked up in two indexes and its image twice; the page's images have up to nine tags, which are read with them. */
const page = 20 * limit;
const ofOthers = images / 30;

const cases: Readonly<Record<string, Case>> = {
  'the newest': { where: [visible], most: page },
  'one tag, which all have': { where: [visible, ...named('all')], most: page },
  'one tag, the oldest first': { where: named('each=v'), sort: age(false), most: page },
  'one tag, which one of a hundred has': { where: named('env=v7'), most: page + 60 },
  'one tag, which no image has': { where: named('none'), most: 10 },
  'two tags, which all have': { where: named('all', 'each=v'), most: page + 2_500 },
  'two tags, of which one is rare': { where: named('all', 'env=v7'), most: page + 1_700 },
  'two tags, of which one is on none': { where: named('all', 'none'), most: 1_200 },
  'two tags, which no image has together': { where: named('half=0', 'half=1'), most: 20_000 },
  'a key with one value': { where: asking(key('env', 'v7')), most: page + 60 },
  'a key with two values': { where: asking(key('half', '0', '1')), most: 2 * page },
  'a key whatever its value': { where: asking(key('env')), most: page + 1_200 },
  'the absence of a tag': {
    where: [{ kind: 'tags', condition: { kind: 'not', of: key('half', '1') } }],
    most: 2 * page,
  },
  'by name': { where: [], sort: [{ field: 'name', descending: true }, ...newest], most: page },
  'by id': { where: [], sort: [{ field: 'id', descending: false }], most: page },
  'of a name': { where: [{ kind: 'field', field: 'name', op: 'eq', value: 'name 7' }], most: page + 60 },
  'of a checksum': { where: [{ kind: 'field', field: 'checksum', op: 'eq', value: 'x' }], most: 10 },
  'of a time': {
    where: [{ kind: 'field', field: 'createdAt', op: 'lt', value: '2026-01-01T00:00:30Z' }],
    most: page + 60,
  },
  'one tag, also those of others': {
    where: [visible, ...named('all')],
    source: usual,
    most: page + 10 * limit + ofOthers,
  },
};

class Listening extends Database {
  readonly asked: [Statement, readonly unknown[]][] = [];

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    this.asked.push([statement, values]);
    return super.query(statement, values);
  }
}

async function rowsRead(
  { connection }: TestDatabase,
  ask: (search: PostgresImageSearch) => Promise<unknown>,
  reach = usualBounds,
): Promise<{ read: number; generic: boolean[] }> {
  const database = new Listening(connection, 2, () => undefined);
  try {
    await ask(new PostgresImageSearch(database, reach));
    const plans = [];
    for (const [statement, values] of database.asked) {
      const plan = await planOf(connection, statement, values);
      plans.push({ ...plan, isPage: statement.name?.startsWith('search-') === true });
    }
    return {
      read: plans.reduce((sum, plan) => sum + plan.read, 0),
      // How a page's images are read depends on the project's size: that plan is quickly made.
      generic: plans.filter(({ isPage }) => isPage).map(({ generic }) => generic),
    };
  } finally {
    await database.close();
  }
}

describe.each(Object.entries(dataSets))('a page of data %s reads about a page of rows', (_, statements) => {
  const given = testDatabase();
  beforeAll(() => fill(given().connection, statements), 60_000);

  test.each(Object.entries(cases))('%s', async (__, { where, most, source = ownImages, sort = newest }) => {
    const query = { projectId: 'p', source, where, sort, marker: null, offset: 0, limit };
    const { read, generic } = await rowsRead(given(), (search) => search.images(query));
    expect(read).toBeLessThanOrEqual(most);
    expect(generic).not.toContain(false);
  });

  test.each([
    // Each tag's rows, and again to see that there are no more, but no image.
    ['no image has together', ['half=0', 'half=1'], 2.5 * images + 400],
    ['every sixth image has together', ['half=0', 'third=0'], page + 600],
  ] as const)('two large tags, which %s, are read along with each other', async (__, tags, most) => {
    const reach = { few: 10, first: 50, bound: 200_000 };
    const query = { projectId: 'p', source: ownImages, where: named(...tags), sort: newest, marker: null };
    const { read, generic } = await rowsRead(
      given(),
      (search) => search.images({ ...query, offset: 0, limit }),
      reach,
    );
    expect(read).toBeLessThanOrEqual(most);
    expect(generic).toEqual([true, true]);
  });

  test('a page far from the first reads as much', async () => {
    const query = { projectId: 'p', source: ownImages, where: named('all'), sort: newest, offset: 0, limit };
    const [marker] = await new PostgresImageSearch(given().database).images({
      ...query,
      marker: null,
      offset: 2_800,
      limit: 1,
    });
    const first = await rowsRead(given(), (search) => search.images({ ...query, marker: null }));
    const far = await rowsRead(given(), (search) => search.images({ ...query, marker: marker ?? null }));
    expect(marker).toBeDefined();
    expect(far.read).toBeLessThanOrEqual(first.read + 10);
  });

  test.each([
    ['of all images', [], images],
    ['of those with a tag', asking(key('env', 'v7')), 40],
    [
      'of those without a tag',
      [{ kind: 'tags', condition: { kind: 'not', of: key('env', 'v7') } }],
      images + 40,
    ],
  ] as const)('a count %s reads one index', async (__, where, most) => {
    const { read } = await rowsRead(given(), (search) =>
      search.count({ projectId: 'p', source: ownImages, where }),
    );
    expect(read).toBeLessThanOrEqual(most);
  });
});
