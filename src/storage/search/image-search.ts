import { createHash } from 'node:crypto';
import type { Image } from '../../core/image';
import type { ImageCondition, ImageQuery, ImageSearch } from '../../core/ports';
import type { Database, Statement } from '../database/database';
import { imageOf, type ImageRow } from '../images/image-rows';
import type { TagRow } from '../tags/tag-store';
import { foreignPage, foreignSources, foreignWhere } from './foreign-images';
import { type Asked, askedOf } from './image-clauses';
import { type Order, orderOf } from './image-order';
import { OwnImages } from './own-images';
import { type Clause, clauseOf, joined, numbered, spliced } from './sql-clause';
import { isPositive } from './tag-choices';

type Composed = Pick<ImageQuery, 'projectId' | 'source' | 'where'>;

/** $1 project, $2 images */
const tagsOfImages: Statement = {
  name: 'tags-of-images',
  text: `select a.id, t.tags from unnest($2::text[]) as a (id)
  cross join lateral (
    select json_agg(json_build_array(t.name, t.key, t.value) order by t.name) as tags
    from image_tags t where t.project_id = $1 and t.image_id = a.id
  ) t where t.tags is not null`,
  reads: true,
};

/** Pages of these sizes have named statements: every size would be too many of them. */
const namedLimits = [10, 20, 25, 50, 100, 500, 1000];

/**
 * The list queries: first the images of a page, then their tags, each project's in a statement of its own, as engines
 * that distribute projects want it.
 */
export class PostgresImageSearch implements ImageSearch {
  constructor(private readonly database: Database) {}

  async images(query: ImageQuery): Promise<readonly Image[]> {
    const asked = askedOf(query.where);
    const order = orderOf(query.sort, query.marker);
    const pages = pagesOf(query, asked, order);
    const all = joined(pages, ' union all ', 'select * from images where false');
    const ends = `limit ${String(query.limit)} offset ${String(query.offset)}`;
    const text = spliced`select i.* from (${all}) i order by ${clauseOf(`${order.text} ${ends}`, [])}`;
    const rows = await this.run<Omit<ImageRow, 'tags'> & Record<string, unknown>>(
      text,
      isCommon(query, order),
    );
    const tags = await this.tagsOf(rows);
    return rows.map((row, index) => imageOf({ ...row, tags: tags[index] ?? [] }));
  }

  async count(query: Composed): Promise<number> {
    const asked = askedOf(query.where);
    const own = query.source.own ? [new OwnImages(query.projectId, asked).count()] : [];
    const foreign = foreignSources(query.projectId, query.source).map(
      (from) => spliced`(select count(*) from images i where ${foreignWhere(from, asked, [])})`,
    );
    const sum = joined([...own, ...foreign], ' + ', '0');
    const [row] = await this.run<{ count: number }>(spliced`select ${sum} as count`, areCommon(query.where));
    return row?.count ?? 0;
  }

  /** The tags of the images, in their order. */
  private async tagsOf(rows: readonly { project_id: string; id: string }[]): Promise<(readonly TagRow[])[]> {
    const byProject = new Map<string, Map<string, readonly TagRow[]>>();
    for (const { project_id: projectId } of rows) byProject.set(projectId, new Map());
    await Promise.all(
      [...byProject].map(async ([projectId, found]) => {
        const ids = rows.filter((row) => row.project_id === projectId).map(({ id }) => id);
        const tagged = await this.database.query<{ id: string; tags: TagRow[] }>(tagsOfImages, [
          projectId,
          ids,
        ]);
        for (const { id, tags } of tagged) found.set(id, tags);
      }),
    );
    return rows.map((row) => byProject.get(row.project_id)?.get(row.id) ?? []);
  }

  private run<Row extends Record<string, unknown>>(clause: Clause, isCommon: boolean): Promise<Row[]> {
    const text = numbered(clause);
    const name = isCommon
      ? { name: `search-${createHash('sha1').update(text).digest('hex').slice(0, 16)}` }
      : {};
    return this.database.query<Row>({ ...name, text, reads: true, bound: 'long' }, clause.bindings);
  }
}

/** A page of each source. */
function pagesOf({ projectId, source, offset, limit }: ImageQuery, asked: Asked, order: Order): Clause[] {
  const most = String(offset + limit);
  const own = source.own ? [new OwnImages(projectId, asked).page(order, most)] : [];
  const foreign = foreignSources(projectId, source).map((from) => foreignPage(from, asked, order, most));
  return [...own, ...foreign];
}

/** Whether the statement has a name: few texts are so common that a connection may keep their plans. */
function isCommon({ where, offset, limit }: ImageQuery, { byAge }: Order): boolean {
  return byAge !== null && offset === 0 && namedLimits.includes(limit) && areCommon(where);
}

/** Tags by their names, one condition of another kind, and that the image is not hidden. */
function areCommon(where: readonly ImageCondition[]): boolean {
  const others = where.filter((one) => !(one.kind === 'field' && one.field === 'hidden' && one.op === 'eq'));
  const tags = others.flatMap((one) => (one.kind === 'tags' ? [one.condition] : []));
  if (tags.length < others.length) return false;
  return tags.every(({ kind }) => kind === 'name') || (tags.length === 1 && tags.every(isPositive));
}
