import type { SearchAccess } from './access';
import type { SplitConditions } from './image-clauses';
import { isByName } from './image-order';
import { type SqlClause, clauseWithBindings, clause } from './sql-clause';
import { type Group, isOrdered } from './tag-choices';
import { tagClause } from './tag-clause';
import { tagScanByAge, mergedTagScan, tagSetScan, tagScanWithoutAge } from './tag-scan';
import { namedScans, indexOrderScan, sortedScan, type BoundedScan, type ScanGoal } from './bounded-scan';

export function ownScans(
  projectId: string,
  asked: SplitConditions,
  groups: readonly Group[],
  { lead, merged, inOrder, bound }: SearchAccess,
  wanted: Omit<ScanGoal, 'bound'>,
): BoundedScan[] {
  const bounded = { ...wanted, bound };
  const project = clauseWithBindings('?', [projectId]);
  if (lead !== null) {
    const from = { project, lead, groups, asked };
    if (!inOrder || !isOrdered(lead)) return [tagSetScan(from, bounded)];
    if (merged === undefined) return [tagScanByAge(from, bounded), tagScanWithoutAge(from, bounded)];
    const other = { ...from, lead: merged };
    return [
      mergedTagScan(from, other, bounded),
      tagScanWithoutAge(from, bounded),
      tagScanWithoutAge(other, bounded),
    ];
  }
  const own = clause`i.project_id = ${project}`;
  const rest = ownConditions(project, asked);
  const from = [own, ...asked.ranges];
  if (!inOrder) return [sortedScan([...from, ...asked.sought], rest, bounded)];
  return isByName(wanted.order) ? namedScans(from, rest, bounded) : [indexOrderScan(from, rest, bounded)];
}

/** The conditions on `images i` of a project. */
export function ownConditions(project: SqlClause, { fields, tags }: SplitConditions): SqlClause[] {
  const tagged = tags.length > 0 ? [tagClause(tags, { project, image: 'i.id' })] : [];
  return [...fields, ...tagged];
}
