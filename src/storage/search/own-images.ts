import type { AccessPath } from './access';
import type { SplitConditions } from './image-clauses';
import { isByName } from './image-order';
import { type SqlClause, clauseWithBindings, sql } from './sql-clause';
import { type TagGroup, isGroupInImageOrder } from './tag-choices';
import { tagClause } from './tag-clause';
import { tagScanByAge, mergedTagScan, tagSetScan, scanOfUndatedTags } from './tag-scan';
import { scansByName, indexOrderScan, sortedScan, type BoundedScan, type ScanGoal } from './bounded-scan';

export function ownScans(
  projectId: string,
  asked: SplitConditions,
  groups: readonly TagGroup[],
  { lead, merged, inOrder, bound }: AccessPath,
  wanted: Omit<ScanGoal, 'bound'>,
): BoundedScan[] {
  const bounded = { ...wanted, bound };
  const project = clauseWithBindings('?', [projectId]);
  if (lead !== null) {
    const from = { project, lead, groups, asked };
    if (!inOrder || !isGroupInImageOrder(lead)) return [tagSetScan(from, bounded)];
    if (merged === undefined) return [tagScanByAge(from, bounded), scanOfUndatedTags(from, bounded)];
    const other = { ...from, lead: merged };
    return [
      mergedTagScan(from, other, bounded),
      scanOfUndatedTags(from, bounded),
      scanOfUndatedTags(other, bounded),
    ];
  }
  const own = sql`i.project_id = ${project}`;
  const rest = ownConditions(project, asked);
  const from = [own, ...asked.ranges];
  if (!inOrder) return [sortedScan([...from, ...asked.sought], rest, bounded)];
  return isByName(wanted.order) ? scansByName(from, rest, bounded) : [indexOrderScan(from, rest, bounded)];
}

/** The conditions on `images i` of a project. */
export function ownConditions(project: SqlClause, { fields, tags }: SplitConditions): SqlClause[] {
  const tagged = tags.length > 0 ? [tagClause(tags, { project, image: 'i.id' })] : [];
  return [...fields, ...tagged];
}
