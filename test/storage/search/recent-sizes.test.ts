import type { QueryResultRow } from 'pg';
import { type ImageQuery, ownImages } from '../../../src/core/ports';
import { Database, type Statement } from '../../../src/storage/database/database';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { testDatabase } from '../../support/database';
import { fill } from '../../support/query-plans';

const given = testDatabase();

class Counting extends Database {
  sizesRead = 0;

  override query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (statement.name?.startsWith('tag-sizes-') === true) this.sizesRead++;
    return super.query(statement, values);
  }
}

const tagged = (tag: string, from: number, to: number): string =>
  `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
    select project_id, id, '${tag}', '${tag}', '', created_at from images
    where id between 'i${String(from)}' and 'i${String(to)}'`;

/** 300 images, the newest last; `old` is on the thirty oldest, `few` on three of them. */
beforeAll(async () => {
  await fill(given().connection, [
    `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden, properties,
        created_at, updated_at, tag_revision)
      select 'p', 'i' || n, 'private', 'active', 0, 0, false, false, '[]',
        timestamptz '2026-01-01Z' + n * interval '1 second', timestamptz '2026-01-01Z', 1
      from generate_series(100, 399) as n`,
    tagged('old', 100, 129),
    tagged('few', 100, 102),
  ]);
}, 60_000);

const query: ImageQuery = {
  ...{ projectId: 'p', source: ownImages, marker: null, offset: 0, limit: 20 },
  sort: (['createdAt', 'id'] as const).map((field) => ({ field, descending: true })),
  where: ['few', 'old'].map((name) => ({ kind: 'tags', condition: { kind: 'name', name } })),
};

test('sizes of tags are remembered, and read anew where they lead nowhere', async () => {
  const database = new Counting(given().connection, 1, () => undefined);
  try {
    const search = new PostgresImageSearch(database, { few: 5, first: 10, bound: 60 });
    const found = async (): Promise<string[]> =>
      (await search.page(query)).images.map(({ imageId }) => imageId);
    for (let time = 0; time < 2; time++) expect(await found()).toEqual(['i102', 'i101', 'i100']);
    expect(database.sizesRead).toBe(1);

    await fill(given().connection, [tagged('few', 103, 399)]);
    expect(await found()).toEqual(Array.from({ length: 20 }, (_, n) => `i${String(129 - n)}`));
    expect(database.sizesRead).toBeGreaterThan(1);
  } finally {
    await database.close();
  }
});
