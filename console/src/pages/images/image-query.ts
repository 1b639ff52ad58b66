import type { SortField } from '../../../../src/console/image-search';
import { parseSearchTerms, splitSelector } from '../../../../src/console/expression';
import type { ImageQuery } from '../../data/images';
import { href } from '../../frame/router';

export const pageSizes = [20, 50, 100] as const;

/** Those of the sort list; a column's heading goes from one to the other. */
export const orders = {
  'created:desc': 'Newest first',
  'created:asc': 'Oldest first',
  'updated:desc': 'Last updated',
  'name:asc': 'Name, A to Z',
  'name:desc': 'Name, Z to A',
  'size:desc': 'Largest first',
  'size:asc': 'Smallest first',
  'status:asc': 'Status',
} as const;

const sortFields: readonly SortField[] = ['created', 'updated', 'name', 'status', 'size'];

/** What the address asks for; what makes no sense in it is left out. */
export function readImageQuery(query: URLSearchParams): ImageQuery {
  const [field = '', direction] = (query.get('sort') ?? '').split(':');
  const sort = sortFields.find((one) => one === field) ?? 'created';
  const size = pageSizes.find((one) => String(one) === query.get('size')) ?? 20;
  const page = Number(query.get('page') ?? '1');
  return {
    q: query.get('q') ?? '',
    status: query.get('status') ?? '',
    visibility: query.get('visibility') ?? '',
    sort,
    order: direction === 'asc' ? 'asc' : 'desc',
    size,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** Defaults stay out of the address, so that it is short to share. */
export function imagesHref(query: Partial<ImageQuery>): string {
  const {
    q = '',
    status = '',
    visibility = '',
    sort = 'created',
    order = 'desc',
    size = 20,
    page = 1,
  } = query;
  const isDefault = sort === 'created' && order === 'desc';
  return href('images', {
    q: q.trim(),
    status,
    visibility,
    sort: isDefault ? null : `${sort}:${order}`,
    size: size === 20 ? null : size,
    page: page === 1 ? null : page,
  });
}

export function isFiltered({ q, status, visibility }: ImageQuery): boolean {
  return q.trim() !== '' || status !== '' || visibility !== '';
}

/** The search with one more term, once, in front of its selector. */
export function withTerm(q: string, term: string): string {
  const { terms, selector } = splitSelector(q);
  const there = parseSearchTerms(terms)?.some(({ written }) => written === term) ?? false;
  if (there) return q;
  return `${terms.trim()} ${term}${selector === null ? '' : ` selector:${selector}`}`.trim();
}
