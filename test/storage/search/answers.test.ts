import { Refused } from '../../../src/core/errors';
import type { Image } from '../../../src/core/image';
import {
  type ImageCondition,
  type ImageField,
  type ImageQuery,
  type ImageSelection,
  type SortKey,
  ownImages,
} from '../../../src/core/ports';
import { compareByCodePoint, tagFromName } from '../../../src/core/tag';
import type { TagCondition } from '../../../src/core/tag-condition';
import { usualBounds } from '../../../src/storage/search/access';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { PostgresImageStore } from '../../../src/storage/images/image-store';
import { testDatabase } from '../../support/database';
import { fill } from '../../support/query-plans';
import { Random } from '../../support/random';
import { holds } from '../../support/tag-condition-holds';

const given = testDatabase();
const images: Image[] = [];

const count = 300;

/** Images of two projects, several of one moment; tags that all, many, few and one have; some without their moment. */
beforeAll(async () => {
  await fill(given().connection, [
    `insert into images (project_id, id, name, visibility, status, size, min_disk, min_ram, protected, os_hidden, properties,
        created_at, updated_at, tag_revision)
      select 'p' || (n % 4) / 3, 'i' || lpad(((n * 7919) % 1000)::text, 4, '0'), case when n % 5 > 0 then 'n' || n % 17 end,
        (array['private', 'shared', 'public', 'community'])[1 + n / 3 % 4], case when n % 3 = 0 then 'active' else 'queued' end,
        nullif(n % 6, 0) * 1000, n % 2, 0, false, n % 10 = 0, cast('[["k","v' || n % 2 || '"]]' as json),
        timestamptz '2026-01-01Z' + (n / 4) * interval '10 seconds' + (n % 2) * interval '0.4 seconds',
        timestamptz '2026-02-01Z' - n * interval '1 minute', 0
      from generate_series(1, ${String(count)}) as n`,
    `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
      select i.project_id, i.id, t.name, case when position('=' in t.name) > 1 then split_part(t.name, '=', 1) else t.name end,
        case when position('=' in t.name) > 1 then split_part(t.name, '=', 2) else '' end,
        case when i.min_disk = 1 and length(i.id || t.name) % 3 = 0 then null else i.created_at end
      from images i, unnest(array['all', 'env=v' || right(i.id, 1)::int % 3, 'os=' || right(i.id, 2),
        case when i.status = 'active' then 'half' end, case when i.size = 3000 then 'half=' end,
        case when right(i.id, 1) = '7' then 'seven' end, case when i.id = (select min(id) from images where project_id = 'p0' and name = 'n4') then 'one=1' end]) as t (name)
      where t.name is not null and (i.name is distinct from 'n3')`,
    `insert into image_members select project_id, id, 'p0', 'accepted', created_at, created_at from images
      where project_id = 'p1' and visibility = 'shared' and size > 2000`,
  ]);
  const rows = await given().database.query<{ project_id: string; id: string }>(
    { text: 'select project_id, id from images' },
    [],
  );
  const store = new PostgresImageStore(given().database);
  for (const row of rows) {
    const image = await store.get({ projectId: row.project_id, imageId: row.id });
    if (image) images.push(image);
  }
  expect(images).toHaveLength(count);
}, 60_000);

const sources: readonly ImageSelection[] = [
  ownImages,
  { own: true, public: true, community: false, shared: 'accepted', everyProject: false },
  { own: true, public: true, community: true, shared: 'all', everyProject: true },
  { own: false, public: true, community: true, shared: 'pending', everyProject: false },
];

const source = new Random(20261127);
const random = (): number => source.next();
const pick = <Item>(items: readonly Item[]): Item => source.oneOf(items);
const some = <Item>(most: number, make: () => Item): Item[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, make);

const names = ['all', 'env=v0', 'env=v1', 'os=07', 'half', 'half=', 'seven', 'one=1', 'none'];
const keys = ['all', 'env', 'os', 'half', 'seven', 'one', 'none'];

function tagCondition(depth: number): TagCondition {
  const kind = pick(['name', 'name', 'key', 'key', 'untagged', 'not', 'any', 'all'] as const);
  if (kind === 'key')
    return { kind, key: pick(keys), values: some(2, () => pick(['', 'v0', 'v1', '07', '1'])) };
  if (depth === 0 || kind === 'name') return { kind: 'name', name: pick(names) };
  if (kind === 'untagged') return { kind };
  if (kind === 'not') return { kind, of: tagCondition(depth - 1) };
  return { kind, of: some(3, () => tagCondition(depth - 1)) };
}

function field(): ImageCondition {
  return pick<ImageCondition>([
    { kind: 'field', field: 'hidden', op: 'eq', value: false },
    { kind: 'field', field: 'status', op: 'eq', value: 'active' },
    { kind: 'field', field: 'name', op: 'eq', value: 'n4' },
    { kind: 'field', field: 'size', op: 'gte', value: 3000 },
    { kind: 'field', field: 'id', op: pick(['gt', 'eq', 'lte'] as const), value: 'i0507' },
    {
      kind: 'field',
      field: 'createdAt',
      op: pick(['eq', 'gt', 'gte', 'lt', 'lte', 'neq'] as const),
      value: '2026-01-01T00:05:00Z',
    },
    { kind: 'field-in', field: 'id', values: ['i0007', 'i0014', 'i0021', 'none'] },
    { kind: 'property', name: 'k', value: 'v1' },
    { kind: 'name-contains', text: 'N1' },
  ]);
}

function valueOf(image: Image, name: ImageField): string | number | boolean | null {
  if (name === 'owner') return image.projectId;
  return name === 'id' ? image.imageId : image[name];
}

const compared = { eq: [0], neq: [-1, 1], gt: [1], gte: [0, 1], lt: [-1], lte: [-1, 0] };
const order = (a: string | number | boolean, b: string | number | boolean): number =>
  typeof a === 'string' ? Math.sign(compareByCodePoint(a, String(b))) : Math.sign(Number(a) - Number(b));

function meets(image: Image, condition: ImageCondition): boolean {
  switch (condition.kind) {
    case 'tags':
      return holds(condition.condition, image.tags);
    case 'property':
    case 'property-or-absent':
      return image.properties.get(condition.name) === condition.value;
    case 'name-contains':
      return image.name?.toLowerCase().includes(condition.text.toLowerCase()) === true;
    case 'field-in':
      return condition.values.includes(String(valueOf(image, condition.field)));
    case 'field': {
      const value = valueOf(image, condition.field);
      if (value === null) return false;
      const whole = condition.field === 'createdAt' ? `${String(value).slice(0, 19)}Z` : value;
      return compared[condition.op].includes(order(whole, condition.value));
    }
  }
}

function isThere(image: Image, { own, ...source }: ImageSelection, members: ReadonlySet<string>): boolean {
  if (image.projectId === 'p0' && own) return true;
  if (image.visibility === 'public') return source.public;
  if (image.visibility === 'community') return source.community;
  if (source.everyProject) return true;
  if (image.visibility !== 'shared' || source.shared === 'none' || source.shared === 'pending') return false;
  return members.has(image.imageId);
}

function inOrder(found: readonly Image[], sort: readonly SortKey[]): Image[] {
  return [...found].sort((a, b) => {
    for (const { field: name, descending } of sort) {
      const [left, right] = [valueOf(a, name), valueOf(b, name)];
      const sign =
        left === null || right === null ? Number(left === null) - Number(right === null) : order(left, right);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  });
}

function sorting(): SortKey[] {
  const descending = random() < 0.5;
  const first = pick([[], [], ['name'], ['size'], ['status'], ['id'], ['updatedAt']] as ImageField[][]);
  const other = random() < 0.8 ? descending : !descending;
  const rest = (['createdAt', 'id'] as const).filter((name) => !first.includes(name));
  return [
    ...first.map((name) => ({ field: name, descending: other })),
    ...rest.map((name) => ({ field: name, descending })),
  ];
}

function aQuery(found: readonly Image[]): ImageQuery {
  const where: ImageCondition[] = [
    ...some(2, () => ({ kind: 'tags', condition: tagCondition(2) }) as const),
    ...(random() < 0.4 ? [field()] : []),
  ];
  const page = { limit: pick([1, 3, 20, 1000]), offset: pick([0, 0, 0, 2]) };
  const marker = random() < 0.4 ? pick(found) : null;
  return { projectId: 'p0', source: pick(sources), where, sort: sorting(), marker, ...page };
}

function refusalOf(error: unknown): 'search-too-wide' {
  if (error instanceof Refused && error.refusal.kind === 'search-too-wide') return error.refusal.kind;
  throw error;
}

/** Small ones lead into every way that a search can take. */
const reaches = [
  usualBounds,
  { few: 5, first: 10, bound: 10_000 },
  { few: 1, first: 2, bound: 10_000 },
  { few: 3, first: 10, bound: 60 },
];

test.each(reaches)(
  'any search answers what a look at every image answers, reading $few, $first, $bound',
  async (reach) => {
    const search = new PostgresImageSearch(given().database, reach);
    const shared = await given().database.query<{ image_id: string }>(
      { text: 'select image_id from image_members' },
      [],
    );
    const members = new Set(shared.map((row) => row.image_id));
    let [nonEmpty, refused] = [0, 0];
    for (let round = 0; round < 400; round++) {
      const query = aQuery(images);
      const { source, where, sort, marker, limit, offset } = query;
      const all = inOrder(
        images.filter((image) => isThere(image, source, members) && where.every((one) => meets(image, one))),
        sort,
      );
      const start = marker === null ? all : inOrder([...all.filter((one) => one !== marker), marker], sort);
      const from = marker === null ? start : start.slice(start.indexOf(marker) + 1);
      const expected = from.slice(offset, offset + limit).map(({ imageId }) => imageId);
      const found = await search.images(query).catch(refusalOf);
      const total = await search.count(query).catch(refusalOf);
      if (found === 'search-too-wide') refused++;
      else expect({ query, ids: found.map(({ imageId }) => imageId) }).toEqual({ query, ids: expected });
      if (total !== 'search-too-wide') expect({ query, total }).toEqual({ query, total: all.length });
      if (found.length > 0) nonEmpty++;
    }
    expect(nonEmpty).toBeGreaterThan(100);
    expect(refused > 0).toBe(reach.bound < count);
  },
  120_000,
);

test('tags without a moment are there, and are found', async () => {
  const untold = { text: 'select name from image_tags where image_created_at is null' };
  expect((await given().database.query(untold, [])).length).toBeGreaterThan(20);
  expect(new Set(images.flatMap(({ tags }) => tags.map(({ name }) => name)))).toContain(
    tagFromName('one=1').name,
  );
});
