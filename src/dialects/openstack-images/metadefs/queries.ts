import type { Request } from 'express';
import type { MetadefItem } from '../../../core/metadefs/metadef';
import type { NamespaceSortKey, SortOrder } from '../../../core/metadefs/namespace-pages';
import type { NamespaceQuery } from '../../../core/metadefs/namespace-service';
import { HttpFault } from '../../../http/errors';
import type { QueryPair } from '../../../http/target';
import { pageError } from '../errors/page-error';
import {
  pathWithQuery,
  ListParameters,
  pageSize,
  readSortDirection,
  readLimit,
} from '../listing/list-parameters';

const namespaceKeys: Readonly<Record<string, NamespaceSortKey>> = {
  id: 'createdAt',
  namespace: 'name',
  display_name: 'displayName',
  description: 'description',
  visibility: 'visibility',
  protected: 'protected',
  owner: 'owner',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

export type TagSortKey = keyof MetadefItem & ('name' | 'createdAt' | 'updatedAt' | 'position');

const tagKeys: Readonly<Record<string, TagSortKey>> = {
  id: 'position',
  namespace_id: 'createdAt',
  name: 'name',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

/** @throws HttpFault target-not-text */
function parametersOf(req: Request): ListParameters {
  const { query, queryIsText } = req.target;
  if (!queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  return new ListParameters(query);
}

/** @throws HttpFault target-not-text; PageError 400 */
export function readNamespaceQuery(req: Request): NamespaceQuery {
  const parameters = parametersOf(req);
  const limit = limitOf(parameters.take('limit')) ?? pageSize.usual;
  const marker = parameters.take('marker') || null;
  const order = orderOf(parameters, namespaceKeys, 'created_at');
  const types = parameters.last('resource_types');
  return {
    visibility: visibilityOf(parameters, ['public', 'private']),
    resourceTypes: types === undefined ? null : types.split(','),
    marker,
    limit: Math.min(limit, pageSize.largest),
    order,
  };
}

export interface MetadefTagQuery {
  readonly marker: string | null;
  readonly limit: number | null;
  readonly order: SortOrder<TagSortKey>;
}

/** @throws HttpFault target-not-text; PageError 400 */
export function readMetadefTagQuery(req: Request): MetadefTagQuery {
  const parameters = parametersOf(req);
  const limit = parameters.take('limit') || undefined;
  const marker = parameters.take('marker') || null;
  const order = orderOf(parameters, tagKeys, 'created_at');
  visibilityOf(parameters, ['public', 'private', 'shared']);
  return { marker, limit: limitOf(limit) ?? null, order };
}

/** Checked, though lists of objects have neither pages nor an order. @throws HttpFault target-not-text; PageError 400 */
export function checkObjectQuery(req: Request): void {
  const parameters = parametersOf(req);
  const limit = parameters.take('limit');
  readSortDirection(parameters.take('sort_dir'));
  visibilityOf(parameters, ['public', 'private', 'shared']);
  limitOf(limit, 1);
}

/** For which kind of resource properties are shown; null for none. @throws HttpFault target-not-text; PageError 400 */
export function readResourceType(req: Request, checksVisibility: boolean): string | null {
  const parameters = parametersOf(req);
  if (checksVisibility) visibilityOf(parameters, ['public', 'private']);
  return parameters.last('resource_type') || null;
}

function limitOf(text: string | undefined, least = 0): number | undefined {
  return text === undefined ? undefined : readLimit(text, least);
}

function visibilityOf(parameters: ListParameters, allowed: readonly string[]): string | null {
  const visibility = parameters.last('visibility');
  if (visibility === undefined) return null;
  if (visibility === '' || allowed.includes(visibility)) return visibility;
  throw pageError(400, `Invalid visibility value: ${visibility}`);
}

function orderOf<Key extends string>(
  parameters: ListParameters,
  keys: Readonly<Record<string, Key>>,
  usual: string,
): SortOrder<Key> {
  const direction = readSortDirection(parameters.take('sort_dir'));
  const name = parameters.take('sort_key') ?? usual;
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key !== undefined) return { key, descending: direction === 'desc' };
  throw pageError(
    400,
    `Invalid sort key: ${name}. It must be one of the following: ${Object.keys(keys).join(', ')}.`,
  );
}

/** To the first page, and to the next one if there may be one. Of a parameter that comes twice the last counts. */
export function namespaceListLinks(
  pairs: readonly QueryPair[],
  nextMarker: string | undefined,
): { first: string; next: string | undefined } {
  const kept = new Map(pairs.map(({ name, value }) => [name, value]));
  kept.delete('marker');
  const link = (written: typeof kept): string => pathWithQuery('/v2/metadefs/namespaces', [...written]);
  const first = link(kept);
  return { first, next: nextMarker === undefined ? undefined : link(kept.set('marker', nextMarker)) };
}
