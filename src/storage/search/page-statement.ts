import type { ImageOrder } from './image-order';
import { type SqlClause, joinClauses, rawClause, sql } from './sql-clause';
import { type BoundedScan, scanColumns } from './bounded-scan';

/** An image on a page, or, without an id, that a scan had to end before it had found enough. */
export interface FoundRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly visibility: string;
  readonly place: number | null;
  /** Of the row that was found, where versions are asked for: with the time of the last change it says what the image is. */
  readonly row_version?: string;
  readonly updated_at?: string;
}

/**
 * The ids of a page: each scan gives its first images, which are merged. One that was found in several ways is there once. A scan
 * that was cut short may lack images that belong before those of others, so that there is no page then.
 */
export function pageStatement(
  scans: readonly BoundedScan[],
  order: ImageOrder,
  limit: number,
  offset: number,
): SqlClause {
  const pages = scans.map(
    ({ page }, index) => sql`select i.*, ${rawClause(String(index))} as scan from ${page} i`,
  );
  const cut = scans.flatMap((scan, index) =>
    scan.cut ? [scan.cut(rawClause(`(select * from pages where scan = ${String(index)})`))] : [],
  );
  const text = rawClause(order.text);
  const once = scans.some(({ repeats }) => repeats)
    ? sql`(select distinct ${scanColumns(order)} from pages i)`
    : rawClause('pages');
  const version = order.hasVersions ? versionColumns : noColumns;
  return sql`with pages as materialized (${joinClauses(pages, ' union all ', '')}),
  found as materialized (
    select i.project_id, i.id, i.visibility${version.found}, row_number() over (order by ${text}) as place from ${once} i
    order by ${text} limit ${rawClause(String(limit))} offset ${rawClause(String(offset))}
  )
  select project_id, id, visibility, place${version.shown} from found
  union all select '', '', '', null::bigint${version.none} where ${joinClauses(cut, ' or ', 'false')}
  order by place`;
}

/** Columns of the version in the steps of the statement. */
const versionColumns = {
  found: rawClause(', i.row_version, i.updated_at'),
  shown: rawClause(', row_version::text as row_version, updated_at'),
  none: rawClause(', null::text, null::timestamptz'),
};
const noColumns = { found: rawClause(''), shown: rawClause(''), none: rawClause('') };
