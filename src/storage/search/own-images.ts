import type { SearchAccess } from './access';
import type { SplitConditions } from './image-clauses';
import { isByName } from './image-order';
import { type SqlClause, clauseOf, clause } from './sql-clause';
import { type Group, isOrdered } from './tag-choices';
import { tagClause } from './tag-clause';
import { tagWalkByAge, mergedTagWalk, tagSetWalk, tagWalkWithoutAge } from './tag-walk';
import { namedWalks, orderedWalk, sortedWalk, type IndexWalk, type WalkGoal } from './walk';

export function ownWalks(
  projectId: string,
  asked: SplitConditions,
  groups: readonly Group[],
  { lead, merged, inOrder, bound }: SearchAccess,
  wanted: Omit<WalkGoal, 'bound'>,
): IndexWalk[] {
  const bounded = { ...wanted, bound };
  const project = clauseOf('?', [projectId]);
  if (lead !== null) {
    const from = { project, lead, groups, asked };
    if (!inOrder || !isOrdered(lead)) return [tagSetWalk(from, bounded)];
    if (merged === undefined) return [tagWalkByAge(from, bounded), tagWalkWithoutAge(from, bounded)];
    const other = { ...from, lead: merged };
    return [
      mergedTagWalk(from, other, bounded),
      tagWalkWithoutAge(from, bounded),
      tagWalkWithoutAge(other, bounded),
    ];
  }
  const own = clause`i.project_id = ${project}`;
  const rest = ownConditions(project, asked);
  const from = [own, ...asked.ranges];
  if (!inOrder) return [sortedWalk([...from, ...asked.sought], rest, bounded)];
  return isByName(wanted.order) ? namedWalks(from, rest, bounded) : [orderedWalk(from, rest, bounded)];
}

/** The conditions on `images i` of a project. */
export function ownConditions(project: SqlClause, { fields, tags }: SplitConditions): SqlClause[] {
  const tagged = tags.length > 0 ? [tagClause(tags, { project, image: 'i.id' })] : [];
  return [...fields, ...tagged];
}
