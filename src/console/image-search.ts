import type { Caller } from '../core/caller';
import type { Image } from '../core/image';
import type { ImageService } from '../core/image-service';
import { type ImageCondition, type ImageField, type SortKey, ownImages } from '../core/ports';
import { parseSelector } from '../core/selector';
import { toTagConditions, type TagCondition } from '../core/tag-condition';
import type { SearchFilter } from './expression';

/** Sort keys of the page, with their fields. */
export const sortFields = {
  created: 'createdAt',
  updated: 'updatedAt',
  name: 'name',
  status: 'status',
  size: 'size',
} as const satisfies Readonly<Record<string, ImageField>>;
export type SortField = keyof typeof sortFields;

export interface ImageSearchRequest {
  readonly filter: SearchFilter;
  readonly status: string | null;
  readonly visibility: string | null;
  readonly sort: SortField;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
}

export interface ImageSearchResult {
  readonly total: number;
  readonly images: readonly Image[];
}

/** A page of the project's own images. @throws Refused not-allowed */
export async function searchImages(
  images: ImageService,
  caller: Caller,
  request: ImageSearchRequest,
): Promise<ImageSearchResult> {
  const { limit, offset } = request;
  const where = conditionsFor(request);
  const page = { source: ownImages, where, sort: orderOf(request), marker: null, limit, offset };
  const [total, found] = await Promise.all([
    images.count(caller, { source: ownImages, where }),
    images.list(caller, page),
  ]);
  return { total, images: found };
}

function conditionsFor({ filter, status, visibility }: ImageSearchRequest): ImageCondition[] {
  const { names, ids, all, none, untagged, selector } = filter;
  const tags = toTagConditions({
    ...(all.length > 0 && { all }),
    ...(none.length > 0 && { notAny: none }),
    untagged,
  });
  return [
    ...names.map((text) => ({ kind: 'name-contains', text }) as const),
    ...(ids.length > 0 ? [{ kind: 'field-in', field: 'id', values: ids } as const] : []),
    ...(status === null ? [] : [equals('status', status)]),
    ...(visibility === null ? [] : [equals('visibility', visibility)]),
    ...[...tags, ...selected(selector)].map((condition) => ({ kind: 'tags', condition }) as const),
  ];
}

/** It was checked when the search was read. */
function selected(selector: string | null): TagCondition[] {
  const parsed = parseSelector(selector ?? '');
  return selector !== null && 'condition' in parsed ? [parsed.condition] : [];
}

function equals(field: ImageField, value: string): ImageCondition {
  return { kind: 'field', field, op: 'eq', value };
}

/** Ends in the id so that pages never overlap. */
function orderOf({ sort, descending }: ImageSearchRequest): SortKey[] {
  return [
    { field: sortFields[sort], descending },
    { field: 'id', descending },
  ];
}
