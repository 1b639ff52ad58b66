import type { ImageCondition, ImageField, ImageSelection, SortKey } from '../../../core/ports';
import type { QueryPair } from '../../../http/target';
import { toImageConditions } from './list-filters';
import { pageError } from '../errors/page-error';
import { ListParameters, pageSize, readSortDirection, readLimit } from './list-parameters';

/** A list request, checked for form alone; `conditions` is read later, as Glance does (see there). */
export interface ListQuery {
  readonly source: ImageSelection;
  readonly sort: readonly SortKey[];
  readonly marker: string | null;
  readonly limit: number;
  /** @param asking the project for which the list is made @throws PageError 400 for an invalid filter */
  conditions(asking: string | null): readonly ImageCondition[];
}

const sortFields: Readonly<Record<string, ImageField>> = {
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  size: 'size',
  id: 'id',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

/** @throws PageError 400, for the first fault in the order in which Glance looks */
export function readListQuery(pairs: readonly QueryPair[]): ListQuery {
  const parameters = new ListParameters(pairs);
  const limit = parameters.take('limit');
  const marker = parameters.take('marker') ?? null;
  const memberStatus = parameters.take('member_status') ?? 'accepted';
  const tags = parameters.takeAll('tag');
  requireVisibility(parameters.last('visibility'));
  if (parameters.last('changes-since')) {
    throw pageError(400, 'The "changes-since" filter is no longer available on v2.');
  }
  const shared = sharedOf(memberStatus);
  const page = limit === undefined ? pageSize.usual : readLimit(limit);
  const sort = sortOf(parameters);
  const filters = parameters.rest();
  const hidden = hiddenOf(filters.get('os_hidden'));
  requireBoolean('protected', filters.get('protected'));
  return {
    source: sourceOf(filters.get('visibility'), shared),
    sort,
    marker,
    limit: Math.min(page, pageSize.largest),
    conditions: (asking) => toImageConditions(filters, hidden, tags, asking),
  };
}

function requireVisibility(visibility: string | undefined): void {
  if (!visibility || ['community', 'public', 'private', 'shared', 'all'].includes(visibility)) return;
  throw pageError(400, `Invalid visibility value: ${visibility}`);
}

function sharedOf(status: string): ImageSelection['shared'] {
  if (status === 'pending' || status === 'accepted' || status === 'rejected' || status === 'all') {
    return status;
  }
  throw pageError(400, `Invalid status: ${status}`);
}

function hiddenOf(text = 'false'): boolean {
  const hidden = text.toLowerCase();
  requireBoolean('os_hidden', hidden);
  return hidden === 'true';
}

function requireBoolean(name: string, value: string | undefined): void {
  if (value === undefined || value === 'true' || value === 'false') return;
  const words = `Invalid value '${value}' for '${name}' filter.`;
  throw pageError(400, `${words} Valid values are 'true' or 'false'.`);
}

/** Other projects' community images are listed only on request. */
function sourceOf(visibility: string | undefined, shared: ImageSelection['shared']): ImageSelection {
  const community = visibility === 'community' || visibility === 'all';
  return { own: true, public: true, community, shared, everyProject: false };
}

function sortOf(parameters: ListParameters): SortKey[] {
  const keys = parameters.last('sort') === undefined ? classicSort(parameters) : newSort(parameters);
  // Ties stay in order of age, newest first unless one direction was given for all.
  const descending = keys.rest === 'desc';
  const more = (['createdAt', 'id'] as const).filter(
    (field) => !keys.named.some((key) => key.field === field),
  );
  return [...keys.named, ...more.map((field) => ({ field, descending }))];
}

interface Order {
  readonly named: readonly SortKey[];
  readonly rest: 'asc' | 'desc';
}

/** `sort=name:asc,size`; without a direction it is descending. */
function newSort(parameters: ListParameters): Order {
  if (parameters.last('sort_key') !== undefined || parameters.last('sort_dir') !== undefined) {
    throw pageError(400, 'Old and new sorting syntax cannot be combined');
  }
  const parts = (parameters.take('sort') ?? '').trim().split(',');
  const named = parts.map((part) => {
    const [key, direction = ''] = splitOnce(part, ':');
    const field = sortFieldOf(key.trim());
    return { field, descending: readSortDirection((direction || 'desc').trim()) === 'desc' };
  });
  return { named, rest: restOf(named) };
}

/** `sort_key=name&sort_dir=asc&sort_key=size`: one direction is for all keys, several are one for each. */
function classicSort(parameters: ListParameters): Order {
  const fields = parameters.takeAll('sort_key').map((key) => sortFieldOf(key.trim()));
  const directions = parameters.takeAll('sort_dir').map((direction) => readSortDirection(direction.trim()));
  if (directions.length > 1 && directions.length !== fields.length) {
    throw pageError(400, 'Number of sort dirs does not match the number of sort keys');
  }
  const [only = 'desc'] = directions;
  const keys: readonly ImageField[] = fields.length === 0 ? ['createdAt'] : fields;
  const named = keys.map((field, index) => ({
    field,
    descending: (directions.length > 1 ? directions[index] : only) === 'desc',
  }));
  return { named, rest: directions.length > 1 ? 'desc' : only };
}

function restOf(named: readonly SortKey[]): Order['rest'] {
  return named.length === 1 && named[0]?.descending === false ? 'asc' : 'desc';
}

function sortFieldOf(key: string): ImageField {
  if (Object.hasOwn(sortFields, key)) return sortFields[key] ?? 'createdAt';
  const names = Object.keys(sortFields).join(', ');
  throw pageError(400, `Invalid sort key: ${key}. It must be one of the following: ${names}.`);
}

function splitOnce(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
