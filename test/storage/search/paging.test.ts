import { instantFromMicros } from '../../../src/core/clock';
import { type ImageQuery, ownImages } from '../../../src/core/ports';
import { type Tag, tagFromName } from '../../../src/core/tag';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { testDatabase } from '../../support/database';

const given = testDatabase();
const begun = Date.UTC(2026, 0, 1) * 1000;
const texts = ['a', 'a=', 'b=v'];
/** Every set of them, the newest image last. */
const images = Array.from({ length: 8 }, (_, set) => texts.filter((__, bit) => (set >> bit) % 2 === 1));
const newestFirst = images.map((_, n) => `i${String(n)}`).reverse();

/** An older build writes tags without the moment of their image. */
async function store(projectId: string, hasMoment: (image: number) => boolean): Promise<void> {
  const moments = images.map((_, n) => instantFromMicros(begun + n));
  await given().database.query(
    {
      text: `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties,
          created_at, updated_at, tag_revision)
        select $1, 'i' || n - 1, 'private', 'active', 0, 0, false, false, '[]', at, at, 0
        from unnest($2::timestamptz[]) with ordinality as a (at, n)`,
    },
    [projectId, moments],
  );
  const tags = images.flatMap((names, n) => names.map(tagFromName).map((tag): [number, Tag] => [n, tag]));
  await given().database.query(
    {
      text: `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
        select $1, a.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) as a`,
    },
    [
      projectId,
      tags.map(([n]) => `i${String(n)}`),
      ...(['name', 'key', 'value'] as const).map((column) => tags.map(([, tag]) => tag[column])),
      tags.map(([n]) => (hasMoment(n) ? moments[n] : null)),
    ],
  );
}

async function pages(projectId: string, limit: number): Promise<string[]> {
  const search = new PostgresImageSearch(given().database);
  const of = [
    { kind: 'key', key: 'b', values: ['v'] },
    { kind: 'key', key: 'a', values: [''] },
  ] as const;
  const sort = (['createdAt', 'id'] as const).map((field) => ({ field, descending: true }));
  const where = [{ kind: 'tags', condition: { kind: 'any', of } }] as const;
  const query: Omit<ImageQuery, 'offset'> = {
    projectId,
    source: ownImages,
    where,
    sort,
    marker: null,
    limit,
  };
  const found: string[] = [];
  for (;;) {
    const page = await search.images({ ...query, offset: found.length });
    if (page.length === 0) return found;
    found.push(...page.map(({ imageId }) => imageId));
  }
}

test.each([
  ['all', () => true],
  ['none', () => false],
  ['every other one', (n: number) => n % 2 === 0],
])(
  'pages of images with any of several tags miss none, where %s of the tags know their age',
  async (project, hasMoment) => {
    await store(project, hasMoment);
    const expected = newestFirst.filter((id) => id !== 'i0');
    for (const limit of [1, 2, 3, 10])
      expect([limit, await pages(project, limit)]).toEqual([limit, expected]);
  },
);
