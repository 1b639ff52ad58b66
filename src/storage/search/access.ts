import { limits } from '../../core/limits';
import type { Database } from '../database/database';
import type { Asked } from './image-clauses';
import { hasIndex, isByAge, type Order } from './image-order';
import { type Group, isOrdered } from './tag-choices';
import { rarestOf, sizesOf, smallestOf } from './tag-sizes';

/** How a project's own images are found. */
export interface Access {
  /** The tags that lead; null: images themselves. */
  readonly lead: Group | null;
  /** Whether an order of an index is followed; else all are read and sorted. */
  readonly inOrder: boolean;
  /** rows that may be read */
  readonly bound: number;
}

/** How many rows a search reads. */
export interface Reach {
  /** Groups of fewer tags than this are always read whole. */
  readonly few: number;
  /** A first way ends here; the sizes of all tags are then looked up. */
  readonly first: number;
  /** The last way ends here, and the search is refused. */
  readonly bound: number;
}

export const usualReach: Reach = {
  few: 1_000,
  first: 10_000,
  get bound() {
    return limits.searchedRows;
  },
};

export interface Search {
  readonly projectId: string;
  readonly asked: Asked;
  readonly groups: readonly Group[];
  readonly order: Order;
  readonly reach: Reach;
}

/**
 * The ways to find a project's own images, of which the next is taken when one has read as much as it may. What is rare is looked
 * up and not guessed: a way that is right for many images with all tags reads all of them where no image has all.
 */
export async function* accessesOf(database: Database, search: Search): AsyncGenerator<Access> {
  const { groups, order, asked } = search;
  const { few, first, bound } = search.reach;
  const byAge = isByAge(order);
  const [only] = groups;
  if (only === undefined || asked.sought.length > 0) {
    yield { lead: null, inOrder: asked.sought.length === 0 && hasIndex(order), bound };
    return;
  }
  if (byAge && groups.length === 1 && isOrdered(only)) {
    yield { lead: only, inOrder: true, bound };
    return;
  }
  const sizes = await sizesOf(database, search.projectId, groups, few, byAge ? order : null);
  const small = smallestOf(sizes);
  if (small !== undefined && small.uses < few) {
    yield leadBy(small.group, byAge, bound);
    return;
  }
  const aged = sizes.filter(({ group }) => isOrdered(group));
  const rarest = byAge ? rarestOf(aged, order)?.group : undefined;
  if (rarest !== undefined) yield leadBy(rarest, true, first);
  else if (hasIndex(order)) yield { lead: null, inOrder: true, bound: first };
  const smallest = groups.length === 1 ? only : await smallestGroup(database, search);
  yield leadBy(smallest, byAge, bound);
}

function leadBy(group: Group, byAge: boolean, bound: number): Access {
  return { lead: group, inOrder: byAge && isOrdered(group), bound };
}

/** Counted as far as it takes to know: no further than some times the smallest. */
export async function smallestGroup(
  database: Database,
  { projectId, groups, reach: { few, first, bound } }: Pick<Search, 'projectId' | 'groups' | 'reach'>,
): Promise<Group> {
  for (const most of [few, 2 * first, bound]) {
    const small = smallestOf(await sizesOf(database, projectId, groups, most, null));
    if (small !== undefined && (small.uses < most || most === bound)) return small.group;
  }
  return groups[0] ?? [];
}
