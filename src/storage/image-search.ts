import type { Knex } from 'knex';
import type { Image } from '../core/image';
import type {
  ImageCondition,
  ImageField,
  ImageQuery,
  ImageSearch,
  ImageSource,
  SortKey,
} from '../core/ports';
import { type Database, sql } from './database';
import { columns, imageOf, type ImageRow, imageSelection } from './image-rows';
import { tagClause } from './tag-clause';

/*
 * The list queries. They are composed, so they are never named: a generic plan fits none of them.
 * Each condition on tags is one EXISTS against the index that leads with the project, and a page is read by
 * its keys, not by counting rows from the front.
 */

const operators = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

type Composed = Pick<ImageQuery, 'projectId' | 'source' | 'where'>;

export class PostgresImageSearch implements ImageSearch {
  constructor(private readonly database: Database) {}

  async images(query: ImageQuery): Promise<readonly Image[]> {
    const page = matching(query).select(sql.raw(imageSelection)).limit(query.limit);
    if (query.offset > 0) page.offset(query.offset);
    if (query.marker) afterMarker(page, query.sort, query.marker);
    for (const key of query.sort) page.orderByRaw(ordering(key));
    const rows = await this.run<ImageRow & Record<string, unknown>>(page);
    return rows.map(imageOf);
  }

  async count(query: Composed): Promise<number> {
    const [row] = await this.run<{ count: number }>(matching(query).count('* as count'));
    return row?.count ?? 0;
  }

  private run<Row extends Record<string, unknown>>(query: Knex.QueryBuilder): Promise<Row[]> {
    const { sql: text, bindings } = query.toSQL().toNative();
    return this.database.query<Row>({ text }, bindings);
  }
}

function matching({ projectId, source, where }: Composed): Knex.QueryBuilder {
  const query = sql('images as i').where((clause) => fromSource(clause, projectId, source));
  for (const condition of where) narrow(query, condition);
  return query;
}

function fromSource(clause: Knex.QueryBuilder, projectId: string, source: ImageSource): void {
  clause.whereRaw('false');
  if (source.own) clause.orWhere('i.project_id', projectId);
  if (source.public) clause.orWhere('i.visibility', 'public');
  if (source.community) clause.orWhere('i.visibility', 'community');
  if (source.everyProject) clause.orWhereIn('i.visibility', ['private', 'shared']);
  if (source.shared !== 'none') {
    const status = source.shared === 'all' ? ['pending', 'accepted', 'rejected'] : [source.shared];
    clause.orWhereRaw(
      `(i.visibility = 'shared' and (i.project_id, i.id) in (
        select m.project_id, m.image_id from image_members m where m.member_id = ? and m.status = any(?)))`,
      [projectId, status],
    );
  }
}

function narrow(query: Knex.QueryBuilder, condition: ImageCondition): void {
  switch (condition.kind) {
    case 'field': {
      const { field, op, value } = condition;
      // Glance's "not equal" does not find what has no value; SQL's neither.
      query.where(columnOf(field), operators[op], value);
      return;
    }
    case 'field-in':
      query.whereIn(columnOf(condition.field), [...condition.values]);
      return;
    case 'property':
      query.whereRaw(hasProperty('p.value ->> 1 = ?'), [condition.name, condition.value]);
      return;
    case 'property-in':
      query.whereRaw(hasProperty('p.value ->> 1 = any(?)'), [condition.name, [...condition.values]]);
      return;
    case 'name-contains':
      query.whereRaw('position(lower(?) in lower(i.name)) > 0', [condition.text]);
      return;
    case 'tags':
      query.whereRaw(...tagClause(condition.condition));
  }
}

function hasProperty(test: string): string {
  return `exists (select 1 from json_array_elements(i.properties) p where p.value ->> 0 = ? and ${test})`;
}

function columnOf(field: ImageField): string {
  const column = field === 'owner' ? columns.projectId : field === 'id' ? columns.imageId : columns[field];
  return `i.${column}`;
}

/** Fields that may be null sort as empty text or zero, so that a page can start behind any of them. */
function sortable(field: ImageField): string {
  const column = columnOf(field);
  if (field === 'size' || field === 'virtualSize') return `coalesce(${column}, 0)`;
  const mayBeNull = ['name', 'diskFormat', 'containerFormat', 'checksum', 'hashAlgo', 'hashValue'];
  return mayBeNull.includes(field) ? `coalesce(${column}, '')` : column;
}

function ordering({ field, descending }: SortKey): string {
  return `${sortable(field)} ${descending ? 'desc' : 'asc'}`;
}

function valueOf(image: Image, field: ImageField): string | number | boolean {
  if (field === 'owner') return image.projectId;
  if (field === 'id') return image.imageId;
  return image[field] ?? (field === 'size' || field === 'virtualSize' ? 0 : '');
}

/** (a, b, c) behind the marker's: a beyond, or a equal and (b beyond, or b equal and ...). */
function afterMarker(query: Knex.QueryBuilder, sort: readonly SortKey[], marker: Image): void {
  // One direction throughout is a plain row comparison, which an index can serve.
  if (sort.every((key) => key.descending === sort[0]?.descending)) {
    const left = sort.map((key) => sortable(key.field)).join(', ');
    const places = sort.map(() => '?').join(', ');
    const beyond = sort[0]?.descending === true ? '<' : '>';
    query.whereRaw(
      `(${left}) ${beyond} (${places})`,
      sort.map((key) => valueOf(marker, key.field)),
    );
    return;
  }
  const bindings: (string | number | boolean)[] = [];
  const clause = sort.reduceRight((rest, { field, descending }) => {
    const beyond = `${sortable(field)} ${descending ? '<' : '>'} ?`;
    return rest === '' ? beyond : `(${beyond} or (${sortable(field)} = ? and ${rest}))`;
  }, '');
  sort.forEach(({ field }, index) => {
    const value = valueOf(marker, field);
    bindings.push(value);
    if (index < sort.length - 1) bindings.push(value);
  });
  query.whereRaw(clause, bindings);
}
