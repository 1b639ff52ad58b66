import { modelLimits } from '../../core/limits';
import type { SplitConditions } from './image-clauses';
import { hasIndex, ordersByAge, type ImageOrder } from './image-order';
import { type TagGroup, isOneTag, isGroupInImageOrder } from './tag-choices';
import { type GroupSize, rarestGroup, smallestGroupSize, type TagSizes } from './tag-sizes';

/** How a project's own images are found. */
export interface AccessPath {
  /** The tags that lead; null: images themselves. */
  readonly lead: TagGroup | null;
  /** Besides the lead, a tag whose index is read along with its own: images that have both come out of it. */
  readonly merged?: TagGroup;
  /** Whether an order of an index is followed; else all are read and sorted. */
  readonly inOrder: boolean;
  /** rows that may be read */
  readonly bound: number;
}

/** How many rows a search reads. */
export interface SearchBounds {
  /** Groups of fewer tags than this are always read whole. */
  readonly few: number;
  /** A first way ends here; the sizes of all tags are then looked up. */
  readonly first: number;
  /** The last way ends here, and the search is refused. */
  readonly bound: number;
}

/** Where two indexes can be read along with each other, the first way ends so many times sooner. */
const sooner = 5;

export const usualBounds: SearchBounds = {
  few: 250,
  first: 10_000,
  get bound() {
    return modelLimits.searchedRows;
  },
};

export interface OwnImageSearch {
  readonly projectId: string;
  readonly asked: SplitConditions;
  readonly groups: readonly TagGroup[];
  readonly order: ImageOrder;
  readonly reach: SearchBounds;
}

/**
 * The ways to find a project's own images, of which the next is taken when one has read as much as it may. What is rare is looked
 * up and not guessed: a way that is right for many images with all tags reads all of them where no image has all.
 */
export async function* findAccessPaths(
  tagSizes: TagSizes,
  search: OwnImageSearch,
): AsyncGenerator<AccessPath> {
  const sole = soleAccessPath(search);
  if (sole !== undefined) {
    yield sole;
    return;
  }
  const { groups, order } = search;
  const { few, first, bound } = search.reach;
  const byAge = ordersByAge(order);
  const sizes = await tagSizes.of(groups, few, byAge ? order : null);
  const small = smallestGroupSize(sizes);
  if (small !== undefined && small.uses < few) {
    yield leadBy(small.group, byAge, bound);
    return;
  }
  const aged = sizes.filter(({ group }) => isGroupInImageOrder(group));
  const rarest = byAge ? rarestGroup(aged, order)?.group : undefined;
  const mayMerge = rarest !== undefined && groups.filter(isOneTag).length > 1;
  if (rarest !== undefined) yield leadBy(rarest, true, mayMerge ? Math.ceil(first / sooner) : first);
  else if (hasIndex(order)) yield { lead: null, inOrder: true, bound: first };
  if (mayMerge) {
    const pair = largePairOf(await tagSizes.of(groups, first, null), first);
    if (pair !== undefined) {
      yield { ...leadBy(pair[0], true, bound), merged: pair[1] };
      return;
    }
  }
  const [only = []] = groups;
  const smallest = groups.length === 1 ? only : await smallestGroup(tagSizes, search);
  yield leadBy(smallest, byAge, bound);
}

/** Where no size of tags has to be looked up. */
export function soleAccessPath({ groups, order, asked, reach }: OwnImageSearch): AccessPath | undefined {
  const [only] = groups;
  if (only === undefined || asked.sought.length > 0) {
    return { lead: null, inOrder: asked.sought.length === 0 && hasIndex(order), bound: reach.bound };
  }
  if (!ordersByAge(order) || groups.length > 1 || !isGroupInImageOrder(only)) return undefined;
  return { lead: only, inOrder: true, bound: reach.bound };
}

/** The two smallest where none is small: both indexes are read in less time than each image of one is looked up. */
function largePairOf(sizes: readonly GroupSize[], least: number): readonly [TagGroup, TagGroup] | undefined {
  if (sizes.some(({ uses }) => uses < least)) return undefined;
  const [one, other] = sizes.map(({ group }) => group).filter(isOneTag);
  return one && other ? [one, other] : undefined;
}

function leadBy(group: TagGroup, byAge: boolean, bound: number): AccessPath {
  return { lead: group, inOrder: byAge && isGroupInImageOrder(group), bound };
}

/** Counted as far as it takes to know: no further than some times the smallest. */
export async function smallestGroup(
  tagSizes: TagSizes,
  { groups, reach: { few, first, bound } }: Pick<OwnImageSearch, 'groups' | 'reach'>,
): Promise<TagGroup> {
  for (const most of [few, 2 * first, bound]) {
    const small = smallestGroupSize(await tagSizes.of(groups, most, null));
    if (small !== undefined && (small.uses < most || most === bound)) return small.group;
  }
  return groups[0] ?? [];
}
