import { type TaskQuery, type TaskSortField, taskStates } from '../../../core/task';
import type { QueryPair } from '../../../http/target';
import { pageError } from '../errors/page-error';
import { ListParameters, pageSize, readSortDirection, readLimit } from './list-parameters';

export interface TaskListQuery extends Omit<TaskQuery, 'marker' | 'now'> {
  readonly markerId: string | null;
}

const sortFields: Readonly<Record<string, TaskSortField>> = {
  id: 'id',
  type: 'type',
  status: 'state',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  expires_at: 'expiresAt',
};

const statuses: readonly string[] = taskStates;

/** @throws PageError 400, for the first fault in the order in which Glance looks */
export function readTaskQuery(pairs: readonly QueryPair[]): TaskListQuery {
  const parameters = new ListParameters(pairs);
  const limit = parameters.take('limit');
  const marker = parameters.take('marker') || null;
  const direction = readSortDirection(parameters.take('sort_dir'));
  const key = parameters.take('sort_key') ?? 'created_at';
  const filters = parameters.rest();
  const where = filtersOf(filters);
  if (marker !== null && !isUuidLike(marker)) throw pageError(400, 'Invalid marker format');
  const wanted = limit === undefined ? pageSize.usual : readLimit(limit);
  if (!Object.hasOwn(sortFields, key)) throw pageError(400, 'Sort key supplied was not valid.');
  const field = sortFields[key] ?? 'createdAt';
  return {
    where,
    sort: { field, descending: direction === 'desc' },
    limit: Math.min(wanted, pageSize.largest),
    markerId: marker,
  };
}

/** Of other names there is nothing to compare, as in Glance. */
function filtersOf(filters: ReadonlyMap<string, string>): TaskQuery['where'] {
  const state = filters.get('status') ?? '';
  const type = filters.get('type') ?? '';
  if (state !== '' && !statuses.includes(state)) throw pageError(400, `Invalid status value: ${state}`);
  if (type !== '' && type !== 'import') throw pageError(400, `Invalid type value: ${type}`);
  return {
    type: filters.get('type') ?? null,
    state: filters.get('status') ?? null,
    taskId: filters.get('id') ?? null,
    projectId: filters.get('owner') ?? null,
    imageId: filters.get('image_id') ?? null,
  };
}

function isUuidLike(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text.replace(/urn:|uuid:|[{}-]/g, ''));
}
