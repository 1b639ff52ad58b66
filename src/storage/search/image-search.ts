import type { Image } from '../../core/image';
import { limits } from '../../core/limits';
import type { ImagePage, ImageQuery, ImageSearch, ImageSource, SortKey } from '../../core/ports';
import { type Database, sql } from '../database/database';
import { type SortPart, sortParts, whereClauses } from './image-clauses';
import { columns, imageOf, type ImageRow, imageSelection } from '../images/image-rows';
import { type Clause, clauseOf, joined } from './sql-clause';

/*
 * The list queries. They are composed, so they are never named: a generic plan fits none of them. Each source
 * of images is a branch of its own that reads no more than one page by an index; the branches are then merged.
 * One condition with `or` between the sources would read and sort everything instead.
 */

type Composed = Pick<ImageQuery, 'projectId' | 'source' | 'where'>;

type FoundRow = ImageRow & Record<string, unknown>;
type SizedRow = FoundRow & { readonly bytes_through: number };

export class PostgresImageSearch implements ImageSearch {
  constructor(private readonly database: Database) {}

  async images(query: ImageQuery): Promise<readonly Image[]> {
    return (
      await this.run<FoundRow>(pageOf(query, query.withoutProperties ? bare : imageSelection).clause)
    ).map(imageOf);
  }

  async page(query: ImageQuery): Promise<ImagePage> {
    const { clause, order } = pageOf(query, imageSelection);
    const text = bounded(clause.text, order);
    const rows = await this.run<SizedRow>(clauseOf(text, [...clause.bindings, limits.pageBytes]));
    return { images: rows.map(imageOf), isCut: (rows.at(-1)?.bytes_through ?? 0) >= limits.pageBytes };
  }

  async count(query: Composed): Promise<number> {
    const parts = branches(query).map(({ text, bindings }) =>
      clauseOf(`(select count(*) from images i where ${text})`, bindings),
    );
    const sum = joined(parts, ' + ', '0');
    const [row] = await this.run<{ count: number }>(clauseOf(`select ${sum.text} as count`, sum.bindings));
    return row?.count ?? 0;
  }

  private run<Row extends Record<string, unknown>>({ text, bindings }: Clause): Promise<Row[]> {
    const native = sql
      .raw(text, bindings as never[])
      .toSQL()
      .toNative();
    return this.database.query<Row>({ text: native.sql, reads: true }, native.bindings);
  }
}

function pageOf(query: ImageQuery, selection: string): { clause: Clause; order: string } {
  const keys = sortKeys(query.sort).flatMap(keysOf);
  const order = keys.map(ordering).join(', ');
  const marker = query.marker ? [afterMarker(keys, query.marker)] : [];
  const pages = branches(query).map((branch) => {
    const where = joined([branch, ...marker], ' and ', 'true');
    return clauseOf(`(select i.* from images i where ${where.text} order by ${order} limit ?)`, [
      ...where.bindings,
      query.offset + query.limit,
    ]);
  });
  const all = joined(pages, ' union all ', 'select * from images where false');
  const text = `select ${selection} from (${all.text}) i order by ${order} limit ? offset ?`;
  return { clause: clauseOf(text, [...all.bindings, query.limit, query.offset]), order };
}

/** Properties stay where they are: a page of a thousand may have a hundred megabytes of them. */
const bare = imageSelection.replace(
  'i.*',
  [...Object.values(columns), 'tag_revision']
    .map((column) => (column === 'properties' ? "'[]'::json as properties" : `i.${column}`))
    .join(', '),
);

/**
 * Of a page, the images before which fewer bytes of properties and tags stand than there may be: the first always, and
 * never more than one beyond. A page's images are made whole by its `limit`, so nothing is read twice.
 */
function bounded(page: string, order: string): string {
  const sized = `select i.*, octet_length(cast(i.properties as text)) + octet_length(cast(i.tags as text)) as bytes from (${page}) i`;
  const summed = `select i.*, sum(i.bytes) over (order by ${order} rows unbounded preceding)::bigint as bytes_through
    from (${sized}) i`;
  return `select i.* from (${summed}) i where i.bytes_through - i.bytes < ? order by ${order}`;
}

/** One condition per source; no image is in two of them. */
function branches({ projectId, source, where }: Composed): Clause[] {
  const conditions = whereClauses(where);
  return sourceClauses(projectId, source).map((from) => joined([from, ...conditions], ' and ', 'true'));
}

function sourceClauses(projectId: string, source: ImageSource): Clause[] {
  const own = clauseOf('i.project_id = ?', [projectId]);
  const others = source.own ? [clauseOf('i.project_id <> ?', [projectId])] : [];
  const foreign = (clause: Clause): Clause => joined([clause, ...others], ' and ', 'true');
  const clauses = source.own ? [own] : [];
  if (source.public) clauses.push(foreign(clauseOf("i.visibility = 'public'", [])));
  if (source.community) clauses.push(foreign(clauseOf("i.visibility = 'community'", [])));
  if (source.everyProject) {
    // One each: an index gives the order within a visibility, not over several.
    clauses.push(
      foreign(clauseOf("i.visibility = 'private'", [])),
      foreign(clauseOf("i.visibility = 'shared'", [])),
    );
  } else if (source.shared !== 'none') clauses.push(foreign(sharedWith(projectId, source.shared)));
  return clauses;
}

function sharedWith(projectId: string, shared: Exclude<ImageSource['shared'], 'none'>): Clause {
  const status = shared === 'all' ? ['pending', 'accepted', 'rejected'] : [shared];
  return clauseOf(
    `i.visibility = 'shared' and (i.project_id, i.id) in (
      select m.project_id, m.image_id from image_members m where m.member_id = ? and m.status = any(?))`,
    [projectId, status],
  );
}

interface OrderKey extends SortPart {
  readonly descending: boolean;
}

/** A field that is sorted by again changes nothing; a request can name one a thousand times. */
function sortKeys(keys: readonly SortKey[]): SortKey[] {
  return keys.filter((key, index) => keys.findIndex(({ field }) => field === key.field) === index);
}

function keysOf({ field, descending }: SortKey): OrderKey[] {
  return sortParts(field).map((part) => ({ ...part, descending }));
}

function ordering({ expression, descending }: OrderKey): string {
  return `${expression} ${descending ? 'desc' : 'asc'}`;
}

/** (a, b, c) behind the marker's: a beyond, or a equal and (b beyond, or b equal and ...). */
function afterMarker(keys: readonly OrderKey[], marker: Image): Clause {
  const values = keys.map((key) => key.valueOf(marker));
  // One direction throughout is a plain row comparison, which an index can serve.
  if (keys.every((key) => key.descending === keys[0]?.descending)) {
    const left = keys.map((key) => key.expression).join(', ');
    const places = keys.map(() => '?').join(', ');
    return clauseOf(`(${left}) ${beyondOf(keys[0])} (${places})`, values);
  }
  const text = keys.reduceRight((rest, key) => {
    const beyond = `${key.expression} ${beyondOf(key)} ?`;
    return rest === '' ? beyond : `(${beyond} or (${key.expression} = ? and ${rest}))`;
  }, '');
  return clauseOf(
    text,
    values.flatMap((value, index) => (index < values.length - 1 ? [value, value] : [value])),
  );
}

function beyondOf(key: OrderKey | undefined): string {
  return key?.descending === true ? '<' : '>';
}
