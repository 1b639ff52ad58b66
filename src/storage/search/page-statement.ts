import type { Order } from './image-order';
import { type Clause, joined, raw, spliced } from './sql-clause';
import { type Walk, walkedOf } from './walk';

/** An image on a page, or, without an id, that a walk had to end before it had found enough. */
export interface FoundRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly visibility: string;
  readonly place: number | null;
}

/**
 * The ids of a page: each walk gives its first images, which are merged. One that was found in several ways is there once. A walk
 * that was cut short may lack images that belong before those of others, so that there is no page then.
 */
export function pageStatement(walks: readonly Walk[], order: Order, limit: number, offset: number): Clause {
  const pages = walks.map(
    ({ page }, index) => spliced`select i.*, ${raw(String(index))} as walk from ${page} i`,
  );
  const cut = walks.flatMap((walk, index) =>
    walk.cut ? [walk.cut(raw(`(select * from pages where walk = ${String(index)})`))] : [],
  );
  const text = raw(order.text);
  const once = walks.some(({ repeats }) => repeats)
    ? spliced`(select distinct ${walkedOf(order)} from pages i)`
    : raw('pages');
  return spliced`with pages as materialized (${joined(pages, ' union all ', '')}),
  found as materialized (
    select i.project_id, i.id, i.visibility, row_number() over (order by ${text}) as place from ${once} i
    order by ${text} limit ${raw(String(limit))} offset ${raw(String(offset))}
  )
  select project_id, id, visibility, place from found
  union all select '', '', '', null::bigint where ${joined(cut, ' or ', 'false')}
  order by place`;
}
