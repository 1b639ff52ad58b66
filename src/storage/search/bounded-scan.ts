import { imageColumn } from './image-clauses';
import { type ImageOrder, orderPartByName } from './image-order';
import { andClauses, type SqlClause, rawClause, sql } from './sql-clause';

/**
 * One way through images: rows in an order (or a set that is sorted), of which those that meet the rest of the
 * conditions are taken. How it is read is fixed by the form of the SQL and not left to what Postgres expects, which is wrong before
 * the first ANALYZE and for tags that are on many images: `lateral` is a nested loop, `offset 0` and `limit` keep what is
 * inside as it is written, and the order of an index ends a page.
 */
export interface BoundedScan {
  /** The first images of the order, with what `scannedOf` names and their part of the scan. */
  readonly page: SqlClause;
  /**
   * Whether it ended before it had read what it needed; null: it reads everything.
   * @param own the scan's own rows of `pages`, as SQL
   */
  readonly cut: ((own: SqlClause) => SqlClause) | null;
  /** Whether it may give an image several times. */
  readonly repeats?: true;
}

/** What a scan has to give. */
export interface ScanGoal {
  readonly order: ImageOrder;
  /** images at most */
  readonly most: number;
  /** rows that it may read */
  readonly bound: number;
}

/** What is kept of an image `i` on its way: few columns are planned sooner. */
export function scanColumns({ keys, hasVersions }: ImageOrder): SqlClause {
  const version = hasVersions ? ['i.row_version', 'i.updated_at'] : [];
  const sorted = keys.map(({ field }) => imageColumn(field));
  return rawClause([...new Set(['i.project_id', 'i.id', 'i.visibility', ...version, ...sorted])].join(', '));
}

/** The same of `images i`. */
export function imageScanColumns(order: ImageOrder): SqlClause {
  return rawClause(scanColumns(order).text.replace('i.row_version', rowVersion));
}

const rowVersion = 'i.xmin as row_version';

/** Every column of `images i`. */
function allColumns({ hasVersions }: ImageOrder): SqlClause {
  return rawClause(hasVersions ? `i.*, ${rowVersion}` : 'i.*');
}

/** Postgres expects few rows to meet a condition, and sorts all to find them; of a `case` it expects every other one. */
export function conditionsAsCase(conditions: readonly SqlClause[]): SqlClause {
  return conditions.length === 0
    ? rawClause('true')
    : sql`case when ${andClauses(conditions)} then true else false end`;
}

/** Images as an index has them in the order. @param from conditions on `images i` which that index serves */
export function indexOrderScan(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  wanted: ScanGoal,
): BoundedScan {
  const { order, most, bound } = wanted;
  const where = andClauses([...from, ...order.behind]);
  const [text, ends, limit] = [rawClause(order.text), rawClause(String(bound)), rawClause(String(most))];
  return {
    page: sql`(select ${scanColumns(order)}, 0 as part from (
        select ${allColumns(order)} from images i where ${where} order by ${text} limit ${ends}
      ) i where ${conditionsAsCase(rest)} order by ${text} limit ${limit})`,
    cut: (own) => sql`case when (select count(*) from ${own} own) < ${limit}
      then exists (select 1 from images i where ${where} offset ${ends} limit 1) else false end`,
  };
}

/** Images that are sorted when all of them are read. @param from which of `images i` are read */
export function sortedScan(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  { order, most, bound }: ScanGoal,
): BoundedScan {
  const ends = rawClause(String(bound));
  return {
    page: sql`(select ${scanColumns(order)}, 0 as part from (
        select ${allColumns(order)} from images i where ${andClauses(from)} limit ${ends}
      ) i
      where ${conditionsAsCase([...rest, ...order.behind])} order by ${rawClause(order.text)} limit ${rawClause(String(most))})`,
    cut: () => sql`exists (select 1 from images i where ${andClauses(from)} offset ${ends} limit 1)`,
  };
}

/**
 * Images of every shard, for Citus: to it a sub-select may refer to a table and not to the bounded rows of one. All that
 * meet the conditions are found; the bound only refuses what would read more than that for too few.
 */
export function scanPerShard(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  { order, most, bound }: ScanGoal,
): BoundedScan {
  const where = andClauses([...from, ...order.behind]);
  const limit = rawClause(String(most));
  return {
    page: sql`(select ${imageScanColumns(order)}, 0 as part from images i where ${where} and ${conditionsAsCase(rest)}
      order by ${rawClause(order.text)} limit ${limit})`,
    cut: (own) => sql`case when (select count(*) from ${own} own) < ${limit}
      then exists (select 1 from images i where ${where} offset ${rawClause(String(bound))} limit 1) else false end`,
  };
}

/** Those with a name and those without, whose order one index has. */
export function scansByName(
  from: readonly SqlClause[],
  rest: readonly SqlClause[],
  wanted: ScanGoal,
): BoundedScan[] {
  return [true, false].flatMap((isNamed) => {
    const order = orderPartByName(wanted.order, isNamed);
    const part = rawClause(isNamed ? 'i.name is not null' : 'i.name is null');
    return order ? [indexOrderScan([...from, part], rest, { ...wanted, order })] : [];
  });
}
