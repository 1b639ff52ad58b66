import type { Access } from './access';
import type { Asked } from './image-clauses';
import { isByName } from './image-order';
import { type Clause, clauseOf, spliced } from './sql-clause';
import { type Group, isOrdered } from './tag-choices';
import { tagClause } from './tag-clause';
import { agedTagWalk, mergedTagWalk, tagSetWalk, unagedTagWalk } from './tag-walk';
import { namedWalks, orderedWalk, sortedWalk, type Walk, type Wanted } from './walk';

export function ownWalks(
  projectId: string,
  asked: Asked,
  groups: readonly Group[],
  { lead, merged, inOrder, bound }: Access,
  wanted: Omit<Wanted, 'bound'>,
): Walk[] {
  const bounded = { ...wanted, bound };
  const project = clauseOf('?', [projectId]);
  if (lead !== null) {
    const from = { project, lead, groups, asked };
    if (!inOrder || !isOrdered(lead)) return [tagSetWalk(from, bounded)];
    if (merged === undefined) return [agedTagWalk(from, bounded), unagedTagWalk(from, bounded)];
    const other = { ...from, lead: merged };
    return [mergedTagWalk(from, other, bounded), unagedTagWalk(from, bounded), unagedTagWalk(other, bounded)];
  }
  const own = spliced`i.project_id = ${project}`;
  const rest = ownRest(project, asked);
  const from = [own, ...asked.ranges];
  if (!inOrder) return [sortedWalk([...from, ...asked.sought], rest, bounded)];
  return isByName(wanted.order) ? namedWalks(from, rest, bounded) : [orderedWalk(from, rest, bounded)];
}

/** The conditions on `images i` of a project. */
export function ownRest(project: Clause, { fields, tags }: Asked): Clause[] {
  const tagged = tags.length > 0 ? [tagClause(tags, { project, image: 'i.id' })] : [];
  return [...fields, ...tagged];
}
