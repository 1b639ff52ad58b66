import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResultRow } from 'pg';
import {
  type ImageCondition,
  type ImageQuery,
  type ImageSelection,
  ownImages,
} from '../../../src/core/ports';
import { Database, type Statement } from '../../../src/storage/database/database';
import { citusStatement } from '../../../src/storage/database/engine';
import type { StoreObservation } from '../../../src/storage/database/observation';
import { usualBounds } from '../../../src/storage/search/access';
import { PostgresImageSearch } from '../../../src/storage/search/image-search';
import { testDatabase } from '../../support/database';
import { fill, planOf } from '../../support/query-plans';

const given = testDatabase();
const images = 600;
const odd = ['{}', 'a"b\\c', 'k=', 'k', 'null', 'NULL', ',', 'p', '$1 ?', 'x=?', "'"];

/** Images of two projects, of which every fifth is public, a few hidden; odd tags on many. */
beforeAll(async () => {
  await fill(given().connection, [
    `insert into images (project_id, id, name, visibility, status, min_disk, min_ram, protected, os_hidden, properties,
        created_at, updated_at, tag_revision)
      select case when n % 4 = 0 then 'q' else 'p' end, 'i' || lpad(n::text, 5, '0'), 'name ' || n,
        case when n % 5 = 0 then 'public' when n % 7 = 0 then 'shared' else 'private' end, 'active', 0, 0, false, n % 11 = 0,
        cast('[["k","' || n || '"]]' as json), timestamptz '2026-01-01Z' + n * interval '1 second', timestamptz '2026-01-01Z', 1
      from generate_series(1, ${String(images)}) as n`,
    `insert into image_tags (project_id, image_id, name, key, value, image_created_at)
      select i.project_id, i.id, t.name, case when position('=' in t.name) > 1 then split_part(t.name, '=', 1) else t.name end,
        case when position('=' in t.name) > 1 then split_part(t.name, '=', 2) else '' end,
        case when right(i.id, 1) = '3' then null else i.created_at end
      from images i, unnest(array['all', 'env=v' || right(i.id, 1),
        (array[${odd.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ')}])[1 + right(i.id, 3)::int % ${String(odd.length)}]
      ]) as t (name)`,
    `insert into image_members select project_id, id, 'p', 'accepted', created_at, created_at from images
      where project_id = 'q' and visibility = 'shared'`,
    'analyze',
  ]);
}, 60_000);

class Listening extends Database {
  readonly asked: [Statement, readonly unknown[]][] = [];
  delayMs = 0;

  override async query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (statement !== citusStatement) this.asked.push([statement, values]);
    if (isOfSeveral(statement)) await sleep(this.delayMs);
    return super.query(statement, values);
  }

  get several(): [Statement, readonly unknown[]][] {
    return this.asked.filter(([statement]) => isOfSeveral(statement));
  }
}

const isOfSeveral = ({ name }: Statement): boolean => name?.startsWith('searches-') === true;

const visible: ImageCondition = { kind: 'field', field: 'hidden', op: 'eq', value: false };
const named = (name: string): ImageCondition => ({ kind: 'tags', condition: { kind: 'name', name } });
const usual: ImageSelection = { ...ownImages, public: true, shared: 'accepted' };

function aQuery(tag: string | null, source: ImageSelection, descending: boolean): ImageQuery {
  const sort = (['createdAt', 'id'] as const).map((field) => ({ field, descending }));
  const where = [visible, ...(tag === null ? [] : [named(tag)])];
  return { projectId: 'p', source, where, sort, marker: null, offset: 0, limit: 20 };
}

/** A search that finds the same, and whose statement is made for it alone. */
function unlikeOthers(query: ImageQuery): ImageQuery {
  return { ...query, where: [...query.where, { kind: 'field', field: 'id', op: 'neq', value: 'absent' }] };
}

async function withSearches<Result>(
  use: (
    together: PostgresImageSearch,
    alone: PostgresImageSearch,
    database: Listening,
    sizes: ReadonlyMap<string, number>,
  ) => Promise<Result>,
): Promise<Result> {
  const database = new Listening(given().connection, 4, () => undefined);
  const sizes = new Map<string, number>();
  const observe = (seen: StoreObservation): void => {
    if (seen.kind === 'database-batch') sizes.set(seen.of, Math.max(seen.size, sizes.get(seen.of) ?? 0));
  };
  const together = new PostgresImageSearch(database, usualBounds, observe);
  try {
    return await use(together, new PostgresImageSearch(given().database), database, sizes);
  } finally {
    await database.close();
  }
}

const tags = [null, 'all', 'none', 'env=v1', 'env=v2', 'env=v3', 'env=v4', 'env=v5', ...odd];

test('searches of one form share one statement', async () => {
  await withSearches(async (_, __, database) => {
    const search = new PostgresImageSearch(database);
    for (const tag of ['env=v1', 'env=v2', 'x=y', 'all', 'none']) await search.page(aQuery(tag, usual, true));
    const statements = new Set(database.asked.map(([statement]) => statement));
    expect([...statements].filter(({ name }) => name?.startsWith('search-'))).toHaveLength(2);
  });
});

test.each([
  ['of the project, newest first', ownImages, true],
  ['of the project, oldest first', ownImages, false],
  ['with those of others', usual, true],
])('concurrent lists answer what each answers alone, %s', async (_, source, descending) => {
  await withSearches(async (together, alone, __, sizes) => {
    const queries = tags.map((tag) => aQuery(tag, source, descending));
    const [marker] = await alone.images({ ...aQuery('all', source, descending), offset: 50, limit: 1 });
    const all = [...queries, ...queries.map((query) => ({ ...query, marker: marker ?? null }))];
    const expected = [];
    for (const query of all) {
      const page = await alone.page(unlikeOthers(query));
      expect(await alone.page(query)).toEqual(page);
      expected.push(page);
    }
    for (let round = 0; round < 3; round++)
      expect(await Promise.all(all.map((query) => together.page(query)))).toEqual(expected);
    expect(expected.filter((page) => page.images.length > 0).length).toBeGreaterThan(30);
    expect(sizes.get('find-pages')).toBeGreaterThan(4);
    expect(sizes.get('read-pages')).toBeGreaterThan(4);
  });
});

test('a statement of several pages reads as much as each page, and keeps its plan', async () => {
  await withSearches(async (together, _, database) => {
    const queries = ['1', '2', '3', '4', '5', '6', '7'].map((env) => aQuery(`env=v${env}`, ownImages, true));
    await Promise.all(queries.map((query) => together.page(query)));
    const [[statement, values] = [{ text: '' }, []], ...others] = database.several;
    expect(others).toEqual([]);
    const plan = await planOf(given().connection, statement, values);
    expect(plan.generic).toBe(true);
    // The tags of a page with their images, of which every eleventh is hidden, those without a moment beside them.
    expect(plan.read).toBeLessThan(7 * 60 + 60);
  });
});

test('equal lists are found once, and their images read once', async () => {
  await withSearches(async (together, _, database) => {
    const pages = await Promise.all(
      Array.from({ length: 8 }, () => together.page(aQuery('env=v1', ownImages, true))),
    );
    expect(new Set(pages.map((page) => page.images.map(({ imageId }) => imageId).join())).size).toBe(1);
    expect(database.asked).toHaveLength(2);
  });
});

test('a project whose pages take long has each found by itself for a while', async () => {
  await withSearches(async (together, _, database) => {
    const queries = ['1', '2', '3'].map((env) => aQuery(`env=v${env}`, ownImages, true));
    database.delayMs = 350;
    await Promise.all(queries.map((query) => together.page(query)));
    expect(database.several).toHaveLength(1);
    await Promise.all(queries.map((query) => together.page(query)));
    expect(database.several).toHaveLength(1);
  });
});
