import type { ImageCondition, ImageSelection, SortKey } from '../../src/core/ports';
import { tagFromName } from '../../src/core/tag';
import type { TagChange } from '../../src/core/tag-change';
import type { TagCondition } from '../../src/core/tag-condition';
import { changeValues } from '../../src/storage/tags/change-parameters';
import { changeTags, changeTagsOfOne } from '../../src/storage/tags/change-statement';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { getImages } from '../../src/storage/images/image-reading';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresMemberStore } from '../../src/storage/member-store';
import * as tagStatements from '../../src/storage/tags/tag-statements';
import { testDatabase } from '../support/database';
import { fill, type Plan, planOf } from '../support/query-plans';
import { type SentStatement, statementsOf } from '../support/recorded-statements';
import { stampAt, tagChange } from '../support/tag-verbs';

const given = testDatabase();

/** One of twelve projects, with two thousand of the images. */
const project = 'p3';
const imageNumber = (n: number): string => `image-${String(n).padStart(5, '0')}`;
const image = imageNumber(3);
const at = '2026-11-21T00:00:00.000000Z';

beforeAll(async () => {
  await fill(given().connection, [
    `insert into image_owners (id, project_id)
      select 'image-' || lpad(i::text, 5, '0'), 'p' || i % 12 from generate_series(1, 24000) as i`,
    `insert into images (project_id, id, name, visibility, status, min_disk, min_ram, protected, os_hidden,
        properties, created_at, updated_at, tag_revision)
      select project_id, id, id, case when dice < 20 then 'public' when dice < 70 then 'community'
          when dice < 350 then 'shared' else 'private' end, 'queued', 0, 0, false, false, '[]',
        timestamptz '2026-01-01Z' + (hashtext(id || 'age') & 1048575) * interval '20 seconds', '2026-01-01Z', 0
      from (select *, (hashtext(id) & 1048575) % 1000 as dice from image_owners) o`,
    `insert into image_tags (project_id, image_id, name, key, value)
      select project_id, id, key || '=' || value, key, value from image_owners,
        lateral (values ('env', 'v' || substr(id, 7)::int / 12 % 3), ('rare', 'v' || substr(id, 7)::int / 12 % 400),
          ('os', 'v' || substr(id, 7)::int % 10), ('golden', '')) as t (key, value)`,
    `insert into image_members (project_id, image_id, member_id, status, created_at, updated_at)
      select i.project_id, i.id, m.member_id, 'accepted', now(), now() from images i,
        lateral (select case when n = 1 and hashtext(i.id || 'member') % 10 = 0 then 'p' || (substr(i.id, 7)::int + 1) % 12
          else 'elsewhere-' || i.id || n end as member_id from generate_series(1, 4) as n) m
      where i.visibility = 'shared'`,
    `insert into project_settings select 'other-' || n, 'none', 'off' from generate_series(1, 5000) as n;
      insert into tag_counts select project_id, 'env', 'v', 0, true, 0 from project_settings`,
    'analyze',
  ]);
}, 60_000);

async function plansOf(sent: readonly SentStatement[]): Promise<Plan[]> {
  expect(sent).not.toHaveLength(0);
  return Promise.all(sent.map(({ statement, values }) => planOf(given().connection, statement, values)));
}

const expectIndexed = (plans: readonly Plan[]): void => {
  expect(plans.flatMap(({ scanned }) => scanned)).toEqual([]);
};
const one = [project, image];
const changes: Readonly<Record<keyof typeof tagStatements, readonly unknown[]>> = {
  lockImage: one,
  listTags: one,
  listProjectPairs: [project],
};

describe('a statement of one image', () => {
  test.each(Object.entries(tagStatements))(
    '%s goes by its keys, also with a plan for all values',
    async (name, statement) => {
      expect(statement.name).toBeDefined();
      const plan = await planOf(given().connection, statement, changes[name as keyof typeof tagStatements]);
      expectIndexed([plan]);
      expect(plan.generic).toBe(true);
    },
  );
});

const kinds: Readonly<Record<string, Partial<TagChange>>> = {
  add: { put: [tagFromName('new')], limit: 128 },
  remove: { remove: [{ name: 'golden' }], mustExist: true },
  'remove a key': { remove: [{ key: 'env', value: null }], mustExist: true },
  'remove pairs': {
    remove: [
      { key: 'golden', value: null },
      { key: 'os', value: 'v3' },
    ],
  },
  set: { remove: [{ key: 'env', value: null }], put: ['env=x', 'new=y'].map(tagFromName), limit: 10 },
  replace: { remove: 'all', put: ['env=x', 'new=y'].map(tagFromName) },
};

describe('a statement of many images goes by its keys, also with a plan for all values:', () => {
  const images = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => imageNumber(3 + 12 * n));

  test.each(Object.entries(kinds))('%s, of one, two and sixty-four', async (_, named) => {
    for (const count of [1, 2, 64]) {
      const asked = images(count).map((imageId) =>
        tagChange({ projectId: project, imageId }, { at, ...named }),
      );
      const statement = count === 1 ? changeTagsOfOne : changeTags;
      const plan = await planOf(given().connection, statement, changeValues(asked));
      expectIndexed([plan]);
      expect(plan.generic).toBe(true);
    }
  });

  test('reading them', async () => {
    for (const count of [1, 2, 64]) {
      expectIndexed([await planOf(given().connection, getImages, [project, images(count)])]);
    }
  });
});

describe('where most projects have three images', () => {
  const skewed = testDatabase();
  beforeAll(async () => {
    await fill(skewed().connection, [
      `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties,
          created_at, updated_at, tag_revision)
        select case when n <= 500 then 'large' else 'p' || n / 3 end, 'i' || n, 'private', 'queued', 0, 0, false, false,
          '[]', now(), now(), 0 from generate_series(1, 24000) as n`,
      `insert into image_tags (project_id, image_id, name, key, value)
        select project_id, id, 'a', 'a', '' from images`,
      'analyze',
    ]);
  }, 60_000);

  test.each([1, 10])('%d of a large one are read and changed by their whole key', async (count) => {
    const ids = Array.from({ length: count }, (_, n) => `i${String(n + 1)}`);
    const changes = ids.map((imageId) =>
      tagChange({ projectId: 'large', imageId }, { at, remove: 'all', put: [tagFromName('b')] }),
    );
    const statement = count === 1 ? changeTagsOfOne : changeTags;
    const plans = [
      await planOf(skewed().connection, statement, changeValues(changes)),
      await planOf(skewed().connection, getImages, ['large', ids]),
    ];
    for (const { conditions } of plans) {
      expect(conditions).not.toEqual([]);
      expect(conditions.filter((condition) => !/\b(?:id|image_id) = /.test(condition))).toEqual([]);
    }
  });
});

const ref = { projectId: project, imageId: image };

test('an image is found, read, made, changed and removed by its keys', async () => {
  const calls = [
    (store: PostgresImageStore) => store.find(image, 'p5'),
    (store: PostgresImageStore) => store.get(ref),
    (store: PostgresImageStore) => store.remove(ref, stampAt(at), () => undefined),
    (store: PostgresImageStore) => store.change(ref, stampAt(at), () => ({ name: 'other', tags: [] })),
    (store: PostgresImageStore) => store.change(ref, stampAt(at), () => ({ projectId: 'p5', tags: [] })),
  ];
  const [stored] = await given().database.query({ text: 'select * from images where id = $1' }, [image]);
  const there = { ...stored, tags: [], revision: 0 };
  const row = { ...there, ordinal: 1, verdict: 'allowed', done: true };
  for (const call of calls) {
    const sent = await statementsOf((database) => call(new PostgresImageStore(database)), [row]);
    // A row of values goes in but once, and finds its place by no plan.
    expectIndexed(
      await plansOf(sent.filter(({ statement }) => !statement.text.startsWith('insert into images'))),
    );
  }
});

test('the members of an image are read and changed by their keys', async () => {
  const calls = [
    (store: PostgresMemberStore) => store.list(ref),
    (store: PostgresMemberStore) => store.setStatus(ref, 'p5', 'accepted', at),
    (store: PostgresMemberStore) => store.remove(ref, 'p5'),
  ];
  for (const call of calls) {
    expectIndexed(await plansOf(await statementsOf((database) => call(new PostgresMemberStore(database)))));
  }
});

const noOthers = { public: false, community: false, shared: 'none', everyProject: false } as const;
const own: ImageSelection = { ...noOthers, own: true };
const usual: ImageSelection = { ...own, public: true, shared: 'accepted' };
const everything: ImageSelection = { ...usual, community: true, shared: 'all', everyProject: true };
const newest: readonly SortKey[] = [
  { field: 'createdAt', descending: true },
  { field: 'id', descending: true },
];

const tags = (condition: TagCondition): ImageCondition => ({ kind: 'tags', condition });
const common: TagCondition = { kind: 'key', key: 'env', values: ['v1'] };
const rare: TagCondition = { kind: 'key', key: 'rare', values: ['v7'] };
const filters: readonly (readonly [string, readonly ImageCondition[]])[] = [
  ['nothing', []],
  ['a tag that many have', [tags({ kind: 'name', name: 'env=v1' })]],
  ['a tag that few have', [tags({ kind: 'name', name: 'rare=v7' })]],
  ['a tag that nobody has', [tags({ kind: 'name', name: 'none' })]],
  ['two tags', [tags({ kind: 'name', name: 'env=v1' }), tags({ kind: 'name', name: 'rare=v7' })]],
  ['one of several values', [tags({ kind: 'key', key: 'rare', values: ['v7', 'v8', 'v9'] })]],
  ['one of two keys', [tags({ kind: 'any', of: [common, rare] })]],
  ['the absence of two pairs', [tags({ kind: 'not', of: { kind: 'any', of: [common, rare] } })]],
  ['no tags at all', [tags({ kind: 'untagged' })]],
  ['a name', [{ kind: 'field', field: 'name', op: 'eq', value: 'image-00003' }]],
  ['a status', [{ kind: 'field', field: 'status', op: 'eq', value: 'queued' }]],
];

/** What every statement of a search is answered here. */
const foundRow = {
  project_id: project,
  id: image,
  visibility: 'private',
  place: 1,
  properties: [],
  tags: [],
};

async function expectIndexedPage(source: ImageSelection, where: readonly ImageCondition[]): Promise<void> {
  const query = { projectId: project, source, where, sort: newest, marker: null, offset: 0, limit: 25 };
  const sent = await statementsOf((database) => new PostgresImageSearch(database).images(query), [foundRow]);
  expectIndexed(await plansOf(sent));
}

describe('a page of images is never read from a whole table:', () => {
  test.each(filters)('those of the project, by %s', (_, where) => expectIndexedPage(own, where));

  test.each(filters)('a usual list, by %s', (_, where) => expectIndexedPage(usual, where));

  // Over all projects no index leads to a tag or a name: where few images have it every image is looked at.
  const unbounded = ['a name', 'no tags at all', 'a tag that few have', 'a tag that nobody has', 'two tags'];
  const bounded = filters.filter(([name]) => !unbounded.includes(name));
  test.each(bounded)('those of all projects, by %s', (_, where) => expectIndexedPage(everything, where));
});

test.each(filters)('the images of the project are counted by an index, filtered by %s', async (_, where) => {
  const query = { projectId: project, source: own, where };
  const sent = await statementsOf((database) => new PostgresImageSearch(database).count(query));
  expectIndexed(await plansOf(sent));
});

test('a page behind a marker begins at the marker', async () => {
  const marker = await new PostgresImageStore(given().database).get(ref);
  const query = { projectId: project, source: own, where: [], sort: newest, marker: marker ?? null };
  const sent = await statementsOf((database) =>
    new PostgresImageSearch(database).images({ ...query, offset: 0, limit: 25 }),
  );
  const [plan] = await plansOf(sent);
  expect(plan?.indexes).toContain('images_page');
  expect(plan?.scanned).toEqual([]);
});
