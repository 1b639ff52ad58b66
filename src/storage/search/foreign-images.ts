import type { ImageSelection } from '../../core/ports';
import type { SplitConditions } from './image-clauses';
import { ordersByAge } from './image-order';
import { type SqlClause, clauseWithBindings, rawClause, sql } from './sql-clause';
import { tagClause } from './tag-clause';
import { indexOrderScan, sortedScan, scanPerShard, type BoundedScan, type ScanGoal } from './bounded-scan';

/*
 * Images that are not the project's own. Each kind is a scan of its own along its index; one condition with `or` between
 * them would read and sort everything instead. No image is in two of them.
 */

/** @param citus whether the server is a coordinator of Citus */
export function foreignScans(
  projectId: string,
  source: ImageSelection,
  asked: SplitConditions,
  wanted: ScanGoal,
  citus: boolean,
): BoundedScan[] {
  const rest = foreignConditions(asked);
  const onOne = ordersByAge(wanted.order) ? indexOrderScan : sortedScan;
  const [scan, scanOfShared] = citus ? [scanPerShard, scanPerShard] : [onOne, sortedScan];
  const shared = sharedSource(projectId, source);
  return [
    ...openSources(projectId, source).map((from) => scan([from, ...asked.ranges], rest, wanted)),
    // As many as there are memberships; no project has hundreds of thousands.
    ...shared.map((from) => ({ ...scanOfShared([from], rest, wanted), cut: null })),
  ];
}

export function foreignConditions({ fields, tags }: SplitConditions): SqlClause[] {
  const tagged =
    tags.length > 0 ? [tagClause(tags, { project: rawClause('i.project_id'), image: 'i.id' })] : [];
  return [...fields, ...tagged];
}

/** What each source that is not the project's own holds, as a condition on `images i`. */
export function foreignSelectionConditions(projectId: string, source: ImageSelection): SqlClause[] {
  return [...openSources(projectId, source), ...sharedSource(projectId, source)];
}

function openSources(projectId: string, source: ImageSelection): SqlClause[] {
  const kinds = [
    ...(source.public ? ['public'] : []),
    ...(source.community ? ['community'] : []),
    // One each: an index gives the order within a visibility, not over several.
    ...(source.everyProject ? ['private', 'shared'] : []),
  ];
  return kinds.map((kind) => foreign(projectId, source, rawClause(`i.visibility = '${kind}'`)));
}

function sharedSource(projectId: string, source: ImageSelection): SqlClause[] {
  const { shared, everyProject } = source;
  if (everyProject || shared === 'none') return [];
  const status = shared === 'all' ? ['pending', 'accepted', 'rejected'] : [shared];
  const members = clauseWithBindings(
    `i.visibility = 'shared' and (i.project_id, i.id) in (
      select m.project_id, m.image_id from image_members m where m.member_id = (select ?::text) and m.status = any((select ?::text[])::text[]))`,
    [projectId, status],
  );
  return [foreign(projectId, source, members)];
}

function foreign(projectId: string, { own }: ImageSelection, condition: SqlClause): SqlClause {
  return own ? sql`${condition} and i.project_id <> (select ${projectId}::text)` : condition;
}
