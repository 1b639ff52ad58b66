import type { Order } from './image-order';
import { type SqlClause, joinClauses, rawClause, clause } from './sql-clause';
import { type BoundedScan, scanColumns } from './bounded-scan';

/** An image on a page, or, without an id, that a scan had to end before it had found enough. */
export interface FoundRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly visibility: string;
  readonly place: number | null;
}

/**
 * The ids of a page: each scan gives its first images, which are merged. One that was found in several ways is there once. A scan
 * that was cut short may lack images that belong before those of others, so that there is no page then.
 */
export function pageStatement(
  scans: readonly BoundedScan[],
  order: Order,
  limit: number,
  offset: number,
): SqlClause {
  const pages = scans.map(
    ({ page }, index) => clause`select i.*, ${rawClause(String(index))} as scan from ${page} i`,
  );
  const cut = scans.flatMap((scan, index) =>
    scan.cut ? [scan.cut(rawClause(`(select * from pages where scan = ${String(index)})`))] : [],
  );
  const text = rawClause(order.text);
  const once = scans.some(({ repeats }) => repeats)
    ? clause`(select distinct ${scanColumns(order)} from pages i)`
    : rawClause('pages');
  return clause`with pages as materialized (${joinClauses(pages, ' union all ', '')}),
  found as materialized (
    select i.project_id, i.id, i.visibility, row_number() over (order by ${text}) as place from ${once} i
    order by ${text} limit ${rawClause(String(limit))} offset ${rawClause(String(offset))}
  )
  select project_id, id, visibility, place from found
  union all select '', '', '', null::bigint where ${joinClauses(cut, ' or ', 'false')}
  order by place`;
}
