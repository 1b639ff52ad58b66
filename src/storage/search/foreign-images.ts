import type { ImageSource } from '../../core/ports';
import type { Asked } from './image-clauses';
import { isByAge } from './image-order';
import { type Clause, clauseOf, raw, spliced } from './sql-clause';
import { tagClause } from './tag-clause';
import { orderedWalk, sortedWalk, type Walk, type Wanted } from './walk';

/*
 * Images that are not the project's own. Each kind is a walk of its own along its index; one condition with `or` between
 * them would read and sort everything instead. No image is in two of them.
 */

export function foreignWalks(projectId: string, source: ImageSource, asked: Asked, wanted: Wanted): Walk[] {
  const rest = foreignRest(asked);
  const walk = isByAge(wanted.order) ? orderedWalk : sortedWalk;
  const shared = sharedSource(projectId, source);
  return [
    ...openSources(projectId, source).map((from) => walk([from, ...asked.ranges], rest, wanted)),
    // As many as there are memberships; no project has hundreds of thousands.
    ...shared.map((from) => ({ ...sortedWalk([from], rest, wanted), cut: null })),
  ];
}

export function foreignRest({ fields, tags }: Asked): Clause[] {
  const tagged = tags.length > 0 ? [tagClause(tags, { project: raw('i.project_id'), image: 'i.id' })] : [];
  return [...fields, ...tagged];
}

/** What each source that is not the project's own holds, as a condition on `images i`. */
export function foreignSources(projectId: string, source: ImageSource): Clause[] {
  return [...openSources(projectId, source), ...sharedSource(projectId, source)];
}

function openSources(projectId: string, source: ImageSource): Clause[] {
  const kinds = [
    ...(source.public ? ['public'] : []),
    ...(source.community ? ['community'] : []),
    // One each: an index gives the order within a visibility, not over several.
    ...(source.everyProject ? ['private', 'shared'] : []),
  ];
  return kinds.map((kind) => foreign(projectId, source, raw(`i.visibility = '${kind}'`)));
}

function sharedSource(projectId: string, source: ImageSource): Clause[] {
  const { shared, everyProject } = source;
  if (everyProject || shared === 'none') return [];
  const status = shared === 'all' ? ['pending', 'accepted', 'rejected'] : [shared];
  const members = clauseOf(
    `i.visibility = 'shared' and (i.project_id, i.id) in (
      select m.project_id, m.image_id from image_members m where m.member_id = (select ?::text) and m.status = any((select ?::text[])::text[]))`,
    [projectId, status],
  );
  return [foreign(projectId, source, members)];
}

function foreign(projectId: string, { own }: ImageSource, clause: Clause): Clause {
  return own ? spliced`${clause} and i.project_id <> (select ${projectId}::text)` : clause;
}
