import type { ImageSource } from '../../core/ports';
import type { Asked } from './image-clauses';
import type { Order } from './image-order';
import { type Clause, clauseOf, joined, spliced } from './sql-clause';
import { tagClause } from './tag-clause';

/*
 * Images that are not the project's own. Each kind is a branch of its own, which reads no more than one page by its
 * index; one condition with `or` between them would read and sort everything instead. No image is in two of them.
 */

/** What the sources that are not the project's own hold, one condition on `images i` each. */
export function foreignSources(projectId: string, source: ImageSource): Clause[] {
  const foreign = (clause: Clause): Clause =>
    source.own ? spliced`${clause} and i.project_id <> ${projectId}` : clause;
  const clauses: Clause[] = [];
  if (source.public) clauses.push(foreign(clauseOf("i.visibility = 'public'", [])));
  if (source.community) clauses.push(foreign(clauseOf("i.visibility = 'community'", [])));
  if (source.everyProject) {
    // One each: an index gives the order within a visibility, not over several.
    clauses.push(
      foreign(clauseOf("i.visibility = 'private'", [])),
      foreign(clauseOf("i.visibility = 'shared'", [])),
    );
  } else if (source.shared !== 'none') clauses.push(foreign(sharedWith(projectId, source.shared)));
  return clauses;
}

function sharedWith(projectId: string, shared: Exclude<ImageSource['shared'], 'none'>): Clause {
  const status = shared === 'all' ? ['pending', 'accepted', 'rejected'] : [shared];
  return spliced`i.visibility = 'shared' and (i.project_id, i.id) in (
      select m.project_id, m.image_id from image_members m
      where m.member_id = ${projectId} and m.status = any(${status}::text[]))`;
}

/** All that of a source meets the conditions. */
export function foreignWhere(from: Clause, { fields, tags }: Asked, behind: readonly Clause[]): Clause {
  const ofImage = { project: clauseOf('i.project_id', []), image: 'i.id' };
  const tagged = tags.length > 0 ? [tagClause(tags, ofImage)] : [];
  return joined([from, ...behind, ...fields, ...tagged], ' and ', 'true');
}

export function foreignPage(from: Clause, asked: Asked, { text, behind }: Order, most: string): Clause {
  return spliced`(select i.* from images i where ${foreignWhere(from, asked, behind)}
    order by ${clauseOf(text, [])} limit ${clauseOf(most, [])})`;
}
