import { columnOf } from './image-clauses';
import { type Order, partByName } from './image-order';
import { allOf, type Clause, raw, spliced } from './sql-clause';

/**
 * One way through images: rows in an order (or a set that is sorted), of which those that meet the rest of the
 * conditions are taken. How it is read is fixed by the form of the SQL and not left to what Postgres expects, which is wrong before
 * the first ANALYZE and for tags that are on many images: `lateral` is a nested loop, `offset 0` and `limit` keep what is
 * inside as it is written, and the order of an index ends a page.
 */
export interface Walk {
  /** The first images of the order, with what `walkedOf` names and their part of the walk. */
  readonly page: Clause;
  /**
   * Whether it ended before it had read what it needed; null: it reads everything.
   * @param own the walk's own rows of `pages`, as SQL
   */
  readonly cut: ((own: Clause) => Clause) | null;
  /** Whether it may give an image several times. */
  readonly repeats?: true;
}

/** What a walk has to give. */
export interface Wanted {
  readonly order: Order;
  /** images at most */
  readonly most: number;
  /** rows that it may read */
  readonly bound: number;
}

/** What is kept of an image on its way: few columns are planned sooner. */
export function walkedOf({ keys }: Order): Clause {
  const sorted = keys.map(({ field }) => columnOf(field));
  return raw([...new Set(['i.project_id', 'i.id', 'i.visibility', ...sorted])].join(', '));
}

/** Postgres expects few rows to meet a condition, and sorts all to find them; of a `case` it expects every other one. */
export function met(conditions: readonly Clause[]): Clause {
  return conditions.length === 0
    ? raw('true')
    : spliced`case when ${allOf(conditions)} then true else false end`;
}

/** Images as an index has them in the order. @param from conditions on `images i` which that index serves */
export function orderedWalk(from: readonly Clause[], rest: readonly Clause[], wanted: Wanted): Walk {
  const { order, most, bound } = wanted;
  const where = allOf([...from, ...order.behind]);
  const [text, ends, limit] = [raw(order.text), raw(String(bound)), raw(String(most))];
  return {
    page: spliced`(select ${walkedOf(order)}, 0 as part from (
        select i.* from images i where ${where} order by ${text} limit ${ends}
      ) i where ${met(rest)} order by ${text} limit ${limit})`,
    cut: (own) => spliced`case when (select count(*) from ${own} own) < ${limit}
      then exists (select 1 from images i where ${where} offset ${ends} limit 1) else false end`,
  };
}

/** Images that are sorted when all of them are read. @param from which of `images i` are read */
export function sortedWalk(
  from: readonly Clause[],
  rest: readonly Clause[],
  { order, most, bound }: Wanted,
): Walk {
  const ends = raw(String(bound));
  return {
    page: spliced`(select ${walkedOf(order)}, 0 as part from (select i.* from images i where ${allOf(from)} limit ${ends}) i
      where ${met([...rest, ...order.behind])} order by ${raw(order.text)} limit ${raw(String(most))})`,
    cut: () => spliced`exists (select 1 from images i where ${allOf(from)} offset ${ends} limit 1)`,
  };
}

/** Those with a name and those without, whose order one index has. */
export function namedWalks(from: readonly Clause[], rest: readonly Clause[], wanted: Wanted): Walk[] {
  return [true, false].flatMap((isNamed) => {
    const order = partByName(wanted.order, isNamed);
    const part = raw(isNamed ? 'i.name is not null' : 'i.name is null');
    return order ? [orderedWalk([...from, part], rest, { ...wanted, order })] : [];
  });
}
